import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, createView, type TableDefinition, type ViewDefinition } from '../src/db/table-definition.js';
import { SCHEMA_AUDIT_KEY } from '../src/model/audit-key.js';
import { createAuditKey, updateAuditKey } from './audit-columns.js';

const mediaType: TableDefinition = {
  name: 'media_type',
  comment:
    'Dimension: media types of interactions. Known ones come with the schema; an unknown one is added, offline, when a session has it. Rows -1 (unreadable) and -2 (absent) always exist. Genesys table.',
  primaryKey: ['media_type_key'],
  indexes: [{ name: 'i_media_type', unique: true, on: 'media_name_code' }],
  columns: [
    {
      name: 'media_type_key',
      type: 'integer',
      notNull: true,
      default: 'identity',
      meaning: 'Key of the media type: CHAT_SESSION_FACT.MEDIA_TYPE_KEY.',
      unit: 'key',
      origin: 'genesys',
      empty: '-1: UNKNOWN, -2: NO_VALUE.',
    },
    {
      name: 'media_name',
      type: 'varchar(255)',
      notNull: true,
      meaning: 'Display name of the media type, such as Chat.',
      origin: 'genesys',
    },
    {
      name: 'media_name_code',
      type: 'varchar(255)',
      notNull: true,
      meaning: 'Code of the media type in upper case, such as CHAT; unique.',
      source: 'csg_MediaType',
      origin: 'genesys',
    },
    {
      name: 'is_online',
      type: 'smallint',
      notNull: true,
      default: '0',
      meaning: 'Whether the media type is answered at once, as a chat or a call is.',
      unit: 'flag',
      origin: 'genesys',
      empty: '0: no, or not known.',
    },
    createAuditKey('the media type'),
    updateAuditKey('the media type'),
  ],
};

const tenantSource: TableDefinition = {
  name: 'gidb_gc_tenant',
  comment:
    'Tenants of the contact center as the configuration knows them; the view TENANT reads it. A tenant that a session names and that is missing is added. Genesys table.',
  primaryKey: ['id'],
  columns: [
    {
      name: 'id',
      type: 'integer',
      notNull: true,
      meaning: 'DBID of the tenant.',
      unit: 'DBID',
      source: 'csg_TenantId',
      origin: 'genesys',
      empty: '-1: UNKNOWN, -2: NO_VALUE.',
    },
    {
      name: 'folderid',
      type: 'integer',
      meaning: 'DBID of the folder that holds the tenant.',
      unit: 'DBID',
      origin: 'genesys',
      empty: 'NULL: not known.',
    },
    {
      name: 'name',
      type: 'varchar(255)',
      notNull: true,
      meaning: 'Name of the tenant; to be corrected by hand where the mart had to invent it.',
      origin: 'genesys',
    },
    {
      name: 'state',
      type: 'integer',
      notNull: true,
      meaning: 'State of the tenant: 0 unknown, 1 enabled, 2 disabled.',
      unit: 'code',
      origin: 'genesys',
    },
    {
      name: 'status',
      type: 'integer',
      notNull: true,
      meaning: 'Status of the tenant: 1 active, 2 inactive or deleted, 10 synchronising.',
      unit: 'code',
      origin: 'genesys',
    },
    { name: 'created', type: 'timestamp(3)', meaning: 'When the tenant was created, UTC.', origin: 'genesys', empty: 'NULL: not known.' },
    { name: 'deleted', type: 'timestamp(3)', meaning: 'When the tenant was deleted, UTC.', origin: 'genesys', empty: 'NULL: not deleted.' },
    {
      name: 'lastchange',
      type: 'timestamp(3)',
      meaning: 'When the tenant was last changed, UTC.',
      origin: 'genesys',
      empty: 'NULL: not known.',
    },
    {
      name: 'created_ts',
      type: 'integer',
      meaning: 'When the tenant was created, as a number.',
      unit: 'epoch seconds',
      origin: 'genesys',
      empty: 'NULL: not known.',
    },
    {
      name: 'deleted_ts',
      type: 'integer',
      meaning: 'When the tenant was deleted, as a number.',
      unit: 'epoch seconds',
      origin: 'genesys',
      empty: 'NULL: not deleted.',
    },
    {
      name: 'lastchange_ts',
      type: 'integer',
      meaning: 'When the tenant was last changed, as a number.',
      unit: 'epoch seconds',
      origin: 'genesys',
      empty: 'NULL: not known.',
    },
    {
      name: 'gsys_domain',
      type: 'integer',
      meaning: 'Data source session in which ICON wrote the tenant.',
      unit: 'key',
      origin: 'genesys',
      empty: 'NULL: not from ICON.',
    },
    {
      name: 'gsys_sys_id',
      type: 'integer',
      meaning: 'Reserved by Genesys (system id of the tenant row).',
      unit: 'key',
      origin: 'genesys',
      empty: 'NULL: not used.',
    },
    {
      name: 'gsys_ext_vch1',
      type: 'varchar(255)',
      meaning: 'Reserved by Genesys (first text of the tenant row).',
      origin: 'genesys',
      empty: 'NULL: not used.',
    },
    {
      name: 'gsys_ext_vch2',
      type: 'varchar(255)',
      meaning: 'Reserved by Genesys (second text of the tenant row).',
      origin: 'genesys',
      empty: 'NULL: not used.',
    },
    {
      name: 'gsys_ext_int1',
      type: 'integer',
      meaning: 'Reserved by Genesys (first number of the tenant row).',
      unit: 'none',
      origin: 'genesys',
      empty: 'NULL: not used.',
    },
    {
      name: 'gsys_ext_int2',
      type: 'integer',
      meaning: 'Reserved by Genesys (second number of the tenant row).',
      unit: 'none',
      origin: 'genesys',
      empty: 'NULL: not used.',
    },
    {
      name: 'data_source_key',
      type: 'integer',
      notNull: true,
      default: '-2',
      meaning: 'Source that first named the tenant: CTL_DS.DATA_SOURCE_KEY.',
      unit: 'key',
      origin: 'genesys',
      empty: '-2: none.',
    },
    {
      name: 'producer_batch_id',
      type: 'numeric(19)',
      meaning: 'Reserved by Genesys (batch that brought the tenant).',
      unit: 'key',
      origin: 'genesys',
      empty: 'NULL: always here.',
    },
    createAuditKey('the tenant'),
    {
      ...updateAuditKey('the tenant'),
      notNull: true,
      default: `${SCHEMA_AUDIT_KEY}`,
      empty: 'Equal to CREATE_AUDIT_KEY, or 0: not changed since it was inserted.',
    },
  ],
};

const tenant: ViewDefinition = {
  name: 'tenant',
  comment:
    'Dimension: tenants. Join it to TENANT_KEY of facts and aggregates; rows -1 (unreadable) and -2 (absent) always exist. Genesys view, its columns beyond key and name assumed.',
  columns: [
    {
      name: 'tenant_key',
      meaning: 'Key of the tenant, its DBID: CHAT_SESSION_FACT.TENANT_KEY.',
      unit: 'key',
      source: 'csg_TenantId',
      origin: 'genesys',
      empty: '-1: UNKNOWN, -2: NO_VALUE.',
    },
    { name: 'tenant_name', meaning: 'Display name of the tenant.', origin: 'genesys' },
    { name: 'state', meaning: 'Whether the tenant is enabled: 0 unknown, 1 enabled, 2 disabled.', unit: 'code', origin: 'assumed' },
    {
      name: 'status',
      meaning: 'Whether the tenant exists still: 1 active, 2 inactive or deleted, 10 synchronising.',
      unit: 'code',
      origin: 'assumed',
    },
    {
      name: 'create_audit_key',
      meaning: 'Transaction that brought the tenant into the mart: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'assumed',
      empty: '0: it came with the schema.',
    },
    {
      name: 'update_audit_key',
      meaning: 'Transaction that last touched the tenant: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'assumed',
      empty: '0: none since it came with the schema.',
    },
  ],
  from: `(select gidb_gc_tenant.*, gidb_gc_tenant.id as tenant_key, gidb_gc_tenant.name as tenant_name from gidb_gc_tenant) as tenant`,
};

/** Code, display name, and whether it is answered at once. The first three have the keys that Info Mart gives them, as far as known. */
const KNOWN_MEDIA_TYPES: readonly (readonly [string, string, 0 | 1])[] = [
  ['VOICE', 'Voice', 1],
  ['EMAIL', 'Email', 0],
  ['CHAT', 'Chat', 1],
  ['SMS', 'SMS', 0],
  ['SMSSESSION', 'SMS Session', 1],
  ['MMS', 'MMS', 0],
  ['MMSSESSION', 'MMS Session', 1],
  ['FACEBOOK', 'Facebook', 0],
  ['FACEBOOKSESSION', 'Facebook Session', 1],
  ['TWITTER', 'Twitter', 0],
  ['TWITTERSESSION', 'Twitter Session', 1],
  ['IMCHAT', 'IM Chat', 1],
  ['VIDEO', 'Video', 1],
  ['COBROWSING', 'Co-browsing', 1],
  ['CALLBACK', 'Callback', 0],
  ['FAX', 'Fax', 0],
  ['WEBFORM', 'Web Form', 0],
  ['WORKITEM', 'Work Item', 0],
];

/** MEDIA_TYPE and TENANT with the rows that always exist. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    ...createTable(mediaType),
    `insert into media_type (media_type_key, media_name, media_name_code, is_online, create_audit_key) values
     (-1, 'UNKNOWN', 'UNKNOWN', 0, ${SCHEMA_AUDIT_KEY}), (-2, 'NO_VALUE', 'NO_VALUE', 0, ${SCHEMA_AUDIT_KEY})`,
    `insert into media_type (media_name_code, media_name, is_online, create_audit_key) values
     ${KNOWN_MEDIA_TYPES.map(([code, name, online]) => `('${code}', '${name}', ${online}, ${SCHEMA_AUDIT_KEY})`).join(', ')}`,
    ...createTable(tenantSource),
    `insert into gidb_gc_tenant (id, name, state, status, create_audit_key) values
     (-1, 'UNKNOWN', 0, 1, ${SCHEMA_AUDIT_KEY}), (-2, 'NO_VALUE', 0, 1, ${SCHEMA_AUDIT_KEY})`,
    ...createView(tenant),
  ]);
