import type { Statement } from '../../db/connection.js';
import { quoteLiteral } from '../../db/quote.js';

/** The dimensions whose members can be given a name. */
export const MEMBER_KINDS = ['tenant', 'media-type'] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** The names of media types that come with the schema. */
export const SCHEMA_MEDIA_NAMES: Readonly<Record<string, string>> = {
  ...{ VOICE: 'Voice', EMAIL: 'Email', CHAT: 'Chat', SMS: 'SMS', SMSSESSION: 'SMS Session', MMS: 'MMS', MMSSESSION: 'MMS Session' },
  ...{ FACEBOOK: 'Facebook', FACEBOOKSESSION: 'Facebook Session', TWITTER: 'Twitter', TWITTERSESSION: 'Twitter Session' },
  ...{ IMCHAT: 'IM Chat', VIDEO: 'Video', COBROWSING: 'Co-browsing', CALLBACK: 'Callback', FAX: 'Fax', WEBFORM: 'Web Form' },
  WORKITEM: 'Work Item',
};

interface Dimension {
  readonly table: string;
  readonly key: string;
  /** What sessions name the member by, as text. */
  readonly code: string;
  readonly name: string;
  /** The name that the schema or a load gave it. */
  readonly madeName: string;
}

const DIMENSIONS: Readonly<Record<MemberKind, Dimension>> = {
  tenant: { table: 'gidb_gc_tenant', key: 'id', code: 'id::text', name: 'name', madeName: `'Tenant ' || id` },
  'media-type': {
    ...{ table: 'media_type', key: 'media_type_key', code: 'media_name_code', name: 'media_name' },
    madeName: `case media_name_code ${Object.entries(SCHEMA_MEDIA_NAMES)
      .map(([code, name]) => `when ${quoteLiteral(code)} then ${quoteLiteral(name)}`)
      .join(' ')} else media_name_code end`,
  },
};

/** The table with the names of a kind of members. */
export const tableOf = (kind: MemberKind): string => DIMENSIONS[kind].table;

/** All members of a kind but UNKNOWN and NO_VALUE, which stand for sessions without one. */
export const selectMembers = (kind: MemberKind): Statement => {
  const { table, key, code, name, madeName } = DIMENSIONS[kind];
  return {
    text: `
    select
      ${key} as key,
      ${code} as code,
      ${name} as name,
      ${madeName} as made_name
    from ${table}
    where ${key} not in (-1, -2)
    order by ${kind === 'tenant' ? key : `${code} collate "C"`}`,
  };
};

export const updateName = (kind: MemberKind, key: number, given: string, auditKey: number): Statement => {
  const { table, key: keyColumn, name } = DIMENSIONS[kind];
  return {
    text: `update ${table} set ${name} = $2, update_audit_key = $3::numeric where ${keyColumn} = $1`,
    values: [key, given, auditKey],
  };
};
