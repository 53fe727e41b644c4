import { queryRows, type Connection } from '../../db/connection.js';
import { withTransaction } from '../../db/transaction.js';
import { runJob, startJob, type Job, type JobPlan, type JobSettings } from '../../jobs/job.js';
import type { MartTarget } from '../../jobs/target.js';
import { drawAuditKey, writeAuditRow } from '../../mart/audit.js';
import { takeWriterLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { requireMart } from '../../mart/schema/mart-access.js';
import { executeAll } from '../../mart/written-rows.js';
import { ConfigError } from '../../model/errors.js';
import { cutToWidth } from '../../model/text.js';
import { MEMBER_KINDS, selectMembers, tableOf, updateName, type MemberKind } from './name.sql.js';

export interface Member {
  readonly kind: MemberKind;
  /** DBID of the tenant, or code of the media type. */
  readonly code: string;
  readonly name: string;
  /** Whether a person chose the name. */
  readonly isGiven: boolean;
}

export interface NameOptions extends MartTarget {
  readonly kind: MemberKind;
  readonly code: string;
  /** Undefined: the member is called again as the mart called it. */
  readonly name: string | undefined;
}

export interface Renamed {
  readonly kind: MemberKind;
  readonly code: string;
  readonly name: string;
  /** The name until now. */
  readonly before: string;
}

export const KIND_LABEL: Readonly<Record<MemberKind, string>> = { tenant: 'tenant', 'media-type': 'media type' };

/** Tenants by their number, then media types by their code. */
export const listMembers = ({ martUrl: url, martSchema: schema }: MartTarget): Promise<Member[]> =>
  withMartSession({ url, applicationName: 'chatmart name', schema, keepsRoleLimits: true }, async (mart) => {
    await requireMart(mart);
    const members: Member[] = [];
    for (const kind of MEMBER_KINDS)
      for (const { code, name, made_name: madeName } of await readMembers(mart, kind))
        members.push({ kind, code, name, isGiven: name !== madeName });
    return members;
  });

/**
 * Gives a member of a dimension a name, or takes it back. Loads only add members, so the name stays. Errors: `ConfigError` for a name that
 * cannot be one, and for a member that the mart does not have.
 */
export function nameMember({ kind, code, name, ...target }: NameOptions, settings: JobSettings): Promise<Renamed> {
  const given = name === undefined ? undefined : toName(name);
  const plan: JobPlan<Renamed> = {
    begins: 'mart',
    // Before the job begins, so that a mistyped code changes nothing, not even the history.
    check: async (mart) => void findMember(await readMembers(mart, kind), kind, code),
    history: {
      jobName: 'Job_NameMember',
      describe: (renamed) => ({
        rowCount: renamed.name === renamed.before ? 0 : 1,
        message: `name of ${KIND_LABEL[kind]} ${renamed.code}`,
      }),
    },
  };
  return runJob(startJob('name', target, settings), plan, (job) => withTransaction(job.mart, () => rename(job, kind, code, given)));
}

async function rename(
  { mart, target, clock, id: jobId }: Job,
  kind: MemberKind,
  wanted: string,
  given: string | undefined,
): Promise<Renamed> {
  await takeWriterLock(mart, target.martSchema);
  const { key, code, name: before, made_name: madeName } = findMember(await readMembers(mart, kind), kind, wanted);
  const name = given ?? madeName;
  if (name !== before) {
    const auditKey = await drawAuditKey(mart);
    await executeAll(mart, updateName(kind, key, name, auditKey), { table: tableOf(kind), verb: 'updated', wanted: 1 });
    await writeAuditRow(mart, auditKey, { jobId, at: clock(), rowCount: 1, minStartKey: 0, maxStartKey: 0 });
  }
  return { kind, code, name, before };
}

interface MemberRow {
  readonly key: number;
  readonly code: string;
  readonly name: string;
  readonly made_name: string;
}

const readMembers = (mart: Connection, kind: MemberKind): Promise<MemberRow[]> => queryRows<MemberRow>(mart, selectMembers(kind));

/** More are for the list that the command prints, as are longer names. */
const MOST_NAMED = 20;
const MOST_SHOWN = 40;

/** The codes of media types are upper case in the mart, however the chats write them. */
function findMember(members: readonly MemberRow[], kind: MemberKind, wanted: string): MemberRow {
  const code = wanted.trim();
  const found = members.find((member) => member.code === code) ?? members.find((member) => member.code === code.toUpperCase());
  if (found !== undefined) return found;
  const named = members.slice(0, MOST_NAMED).map((member) => `${member.code} (${cutToWidth(member.name, MOST_SHOWN)})`);
  const rest = members.length > MOST_NAMED ? `, and ${members.length - MOST_NAMED} more, which chatmart name lists` : '';
  throw new ConfigError('unknown-member', `The mart has no ${KIND_LABEL[kind]} ${JSON.stringify(wanted)}`, {
    state: 'nothing-changed',
    next:
      `A ${KIND_LABEL[kind]} can be named when one of its sessions has been loaded. ` +
      (members.length === 0 ? 'None has yet.' : `Those in the mart: ${named.join(', ')}${rest}.`),
  });
}

/** As many as TENANT_NAME and MEDIA_NAME hold. */
const MOST_CHARACTERS = 255;

function toName(text: string): string {
  const name = text.trim();
  const refuse = (problem: string): ConfigError =>
    new ConfigError('bad-name', problem, {
      state: 'nothing-changed',
      next: `A name has 1 to ${MOST_CHARACTERS} characters in one line.`,
    });
  if (name === '') throw refuse('The name is empty');
  const { length } = Array.from(name);
  if (length > MOST_CHARACTERS) throw refuse(`The name has ${length} characters, ${length - MOST_CHARACTERS} too many`);
  const control = /[\p{Cc}\u2028\u2029]/u.exec(name)?.[0];
  if (control !== undefined) throw refuse(`The name ${JSON.stringify(name)} holds the control character U+${toHex(control)}`);
  return name;
}

const toHex = (character: string): string => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
