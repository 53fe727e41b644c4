import { createHmac } from 'node:crypto';
import { execute, queryRows, type Connection, type Statement } from '../../db/connection.js';
import { ConfigError, UnavailableError } from '../../model/errors.js';
import { isText } from '../../model/mapped-key.js';
import { toRuleText, type Masker, type SensitiveRule } from '../../model/sensitive-data.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { upsertSchemaInfo } from '../schema/generated-schema.js';

/** What the configuration says of sensitive data. */
export interface SensitiveSettings {
  /** Undefined: what the mart has. */
  readonly sensitiveData?: readonly SensitiveRule[] | undefined;
  /** Reads the key of hashes; undefined: no setting names one. */
  readonly readHashKey?: (() => string) | undefined;
}

/** Properties of CTL_SCHEMA_INFO: one for each rule, numbered from 1, and which key hashed last. */
const RULE = 'sensitive-data-';
const HASH_KEY = 'hash-key-id';

const selectRules: Statement = {
  text: `
    select property, value
    from ctl_schema_info
    where property like '${RULE}%' or property = '${HASH_KEY}'
    order by length(property), property`,
};

const deleteRulesAfter = (count: number): Statement => ({
  text: `delete from ctl_schema_info where property like '${RULE}%' and substr(property, ${RULE.length + 1})::integer > $1`,
  values: [count],
});

/** The rules of a mart, and the key that it hashes with. */
interface HeldRules {
  readonly rules: readonly SensitiveRule[];
  /** `toKeyId` of it; undefined: nothing was hashed yet. */
  readonly keyId: string | undefined;
}

/** The rules that the mart follows. All jobs ask the mart, so that they agree whatever their configurations say. */
async function readSensitiveRules(mart: Connection): Promise<HeldRules> {
  const rows = await queryRows<{ property: string; value: string }>(mart, selectRules);
  return {
    rules: rows.filter(({ property }) => property !== HASH_KEY).map(({ value }) => JSON.parse(value) as SensitiveRule),
    keyId: rows.find(({ property }) => property === HASH_KEY)?.value,
  };
}

/** Tells keys apart without telling them. */
const toKeyId = (hashKey: string): string => createHmac('sha256', hashKey).update('chatmart hash key').digest('hex').slice(0, 16);

const areSame = (some: readonly SensitiveRule[], others: readonly SensitiveRule[]): boolean =>
  some.map(toRuleText).join('\n') === others.map(toRuleText).join('\n');

const needHash = (rules: readonly SensitiveRule[]): boolean => rules.some((rule) => rule.as === 'hash');

/** The key for hashes; undefined: the rules need none. Throws `ConfigError` where it is needed and missing. */
function findHashKey(rules: readonly SensitiveRule[], { readHashKey }: SensitiveSettings): string | undefined {
  if (!needHash(rules)) return undefined;
  if (readHashKey !== undefined) return readHashKey();
  throw new ConfigError('hash-key-missing', 'A rule of sensitive-data hashes, but hash-key-file is not set', {
    state: 'nothing-read',
    next: 'Set CHATMART_HASH_KEY_FILE to the file with the key of this mart (to make a key: openssl rand -hex 32).',
    again: 'then',
  });
}

/** What the rules of a mart mean for a job. */
export interface Masking {
  /** Undefined: the mart has no rules. */
  readonly masker: Masker | undefined;
  /**
   * Checks that the rules are still those of now. A chunk that was read by other rules must not be loaded: the error passes, because the job begins again and
   * follows the new ones.
   */
  readonly requireSameRules: (connection: Connection) => Promise<void>;
}

/**
 * Opens the masker of a job. Throws `ConfigError` if the settings are not those of the mart: nothing that the operator calls sensitive is stored on the
 * way to the next `chatmart migrate`, and one mart has the hashes of one key.
 */
export async function openMasking(mart: Connection, settings: SensitiveSettings): Promise<Masking> {
  const held = await readSensitiveRules(mart);
  const before = toRulesText(held);
  return {
    masker: await toMasker(held, settings),
    requireSameRules: async (connection) => {
      if (toRulesText(await readSensitiveRules(connection)) === before) return;
      throw new UnavailableError('sensitive-data-changed', 'The rules for sensitive data have changed since this job began', {
        state: 'rolled-back',
        again: 'then',
      });
    },
  };
}

const toRulesText = ({ rules, keyId }: HeldRules): string => [...rules.map(toRuleText), keyId].join('\n');

async function toMasker({ rules, keyId }: HeldRules, settings: SensitiveSettings): Promise<Masker | undefined> {
  if (settings.sensitiveData !== undefined && !areSame(rules, settings.sensitiveData))
    throw new ConfigError('sensitive-data-not-applied', 'The mart does not follow the setting sensitive-data yet', {
      state: 'nothing-read',
      next: 'Run chatmart migrate, which applies it and masks the texts that the mart has; a scheduler that has an older setting must be started again.',
      again: 'then',
    });
  if (rules.length === 0) return undefined;
  const hashKey = findHashKey(rules, settings);
  if (hashKey !== undefined && keyId !== toKeyId(hashKey))
    throw new ConfigError('hash-key-differs', 'The key in hash-key-file is not the one that the mart was hashed with', {
      state: 'nothing-read',
      next: 'Name the file with that key. To change the key for good, run chatmart migrate; docs/sensitive-data.md says what becomes of the older hashes.',
      again: 'then',
    });
  const { createMasker } = await import('./masker.js');
  return createMasker(rules, hashKey);
}

/** A masker for what is shown of an IDB's texts: it needs no key. Undefined: there are no rules. */
export async function openDisplayMasker(mart: Connection | undefined, { sensitiveData }: SensitiveSettings): Promise<Masker | undefined> {
  const rules = sensitiveData ?? (mart && (await readSensitiveRules(mart)).rules) ?? [];
  if (rules.length === 0) return undefined;
  const { createMasker } = await import('./masker.js');
  return createMasker(rules, undefined);
}

/** What `applySensitiveRules` changed; undefined: nothing. */
export interface AppliedRules {
  readonly masker: Masker | undefined;
  readonly isKeyNew: boolean;
  readonly isKeyOther: boolean;
}

/** Throws `ConfigError` if a rule is for the whole value of what is no text of Chat Server's: without its times there is no session. */
function refuseNumbers(wanted: readonly SensitiveRule[]): void {
  const numbers = readKvpMap().keys.filter((key) => !isText(key));
  const meant = new Set(wanted.flatMap(({ name, keys = [] }) => (name === 'value' ? keys : [])));
  const refused = numbers.filter(({ kvp }) => meant.has(kvp)).map(({ kvp }) => kvp);
  if (refused.length === 0) return;
  throw new ConfigError(
    'bad-sensitive-data',
    `The setting sensitive-data names value for what Chat Server attaches as a number, a flag or a time: ${refused.join(', ')}`,
    {
      state: 'nothing-changed',
      next: 'Leave these keys out of the rule: they are always stored as they are.',
      again: 'then',
    },
  );
}

/** Makes the rules of a mart those of the setting. Call it in a transaction, under the writer lock. Errors: `bad-sensitive-data`, `hash-key-missing`. */
export async function applySensitiveRules(mart: Connection, settings: SensitiveSettings): Promise<AppliedRules | undefined> {
  const { rules, keyId } = await readSensitiveRules(mart);
  refuseNumbers(settings.sensitiveData ?? []);
  // The key may change without the rules.
  const wanted = settings.sensitiveData ?? (settings.readHashKey === undefined || !needHash(rules) ? undefined : rules);
  if (wanted === undefined) return undefined;
  const hashKey = findHashKey(wanted, settings);
  const wantedId = hashKey === undefined ? undefined : toKeyId(hashKey);
  const isKeyNew = wantedId !== undefined && wantedId !== keyId;
  if (areSame(rules, wanted) && !isKeyNew) return undefined;
  const values: (readonly [string, string])[] = wanted.map((rule, at) => [`${RULE}${at + 1}`, toRuleText(rule)]);
  if (isKeyNew) values.push([HASH_KEY, wantedId]);
  for (const [property, value] of values) await execute(mart, upsertSchemaInfo(property, value));
  await execute(mart, deleteRulesAfter(wanted.length));
  const { createMasker } = await import('./masker.js');
  return {
    masker: wanted.length === 0 ? undefined : createMasker(wanted, hashKey),
    isKeyNew,
    isKeyOther: isKeyNew && keyId !== undefined,
  };
}

/** The settings of somebody who only reads, and who may not read the key, or has none. */
export function withoutUnreadableKey<T extends SensitiveSettings>(settings: T): T {
  try {
    settings.readHashKey?.();
    return settings;
  } catch (error) {
    if (error instanceof ConfigError) return { ...settings, readHashKey: undefined };
    throw error;
  }
}

/** How the settings differ from what the mart follows, in a clause; undefined: they do not, or say nothing. */
export async function findUnappliedRules(mart: Connection, settings: SensitiveSettings): Promise<string | undefined> {
  const { rules, keyId } = await readSensitiveRules(mart);
  const { sensitiveData: wanted = rules, readHashKey } = settings;
  if (!areSame(rules, wanted)) {
    const list = (some: readonly SensitiveRule[]): string =>
      some.length === 0 ? 'nothing' : some.map(({ name, as }) => `${name} (${as})`).join(', ');
    const [ofSetting, ofMart] = [list(wanted), list(rules)];
    return `the setting sensitive-data names ${ofSetting}, but the mart masks ${ofSetting === ofMart ? 'these otherwise' : ofMart}`;
  }
  if (readHashKey === undefined || !needHash(rules) || keyId === toKeyId(readHashKey())) return undefined;
  return 'the setting hash-key-file holds another key than the one that the mart was hashed with';
}
