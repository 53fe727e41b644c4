import type { KvpMap, MappedKey } from '../model/mapped-key.js';
import type { AdataKey, AdataSpec } from './adata-spec.js';

/** Why ICON would not store a mapped key in G_USERDATA_HISTORY. */
export type LossReason = 'not-named' | 'other-spelling' | 'history-none' | 'secure' | 'not-userdata';

/** A mapped key that ICON would not capture, and the column that stays empty. */
export interface LostKey {
  readonly kvp: string;
  readonly table: string;
  readonly column: string;
  readonly reason: LossReason;
  /** Line of the closest definition; undefined if there is none. */
  readonly line: number | undefined;
  readonly explanation: string;
  /** Effect on the mart. */
  readonly consequence: string;
}

/** A definition that does not lose a mapped key but is probably unintended. */
export interface AdataWarning {
  readonly kvp: string;
  readonly line: number;
  readonly explanation: string;
}

/** The effect of an attached-data specification on the columns of the mart. */
export interface AdataCheck {
  readonly file: string;
  readonly mapped: number;
  readonly captured: number;
  readonly lost: readonly LostKey[];
  readonly warnings: readonly AdataWarning[];
}

/** Compares an attached-data specification with the KVP map. Keys that are not in the map are ignored. */
export function checkAdataSpec(spec: AdataSpec, map: KvpMap): AdataCheck {
  const effective = firstDefinitions(spec.keys);
  const lost = map.keys.flatMap((mapped) => lostKey(mapped, effective) ?? []);
  const mappedNames = new Set(map.keys.map((mapped) => mapped.kvp));
  const warnings = [
    ...spec.keys.filter((key) => mappedNames.has(key.name) && !effective.includes(key)).map((key) => duplicateWarning(key, effective)),
    ...effective.filter((key) => mappedNames.has(key.name) && isCaptured(key) && key.history === 'first').map(firstWarning),
  ].sort((a, b) => a.line - b.line);
  return { file: spec.file, mapped: map.keys.length, captured: map.keys.length - lost.length, lost, warnings };
}

const isCaptured = (key: AdataKey): boolean => key.storage === 'public' && key.source === 'userdata' && key.history !== 'none';

/** ICON rejects a second definition of the same name, source and storage. */
function firstDefinitions(keys: readonly AdataKey[]): AdataKey[] {
  const first = new Map<string, AdataKey>();
  for (const key of keys) {
    const identity = identityOf(key);
    if (!first.has(identity)) first.set(identity, key);
  }
  return [...first.values()];
}

const identityOf = (key: AdataKey): string => JSON.stringify([key.name, key.source, key.storage]);

function lostKey(mapped: MappedKey, keys: readonly AdataKey[]): LostKey | undefined {
  const named = keys.filter((key) => key.name === mapped.kvp);
  if (named.some(isCaptured)) return undefined;
  // Prefer the definition that needs the smallest change: that is the line to correct.
  const nearest =
    named.find((key) => key.storage === 'public' && key.source === 'userdata') ??
    named.find((key) => key.source === 'userdata') ??
    named[0] ??
    keys.find((key) => isSpelledAlike(key.name, mapped.kvp));
  const [reason, explanation] = explain(mapped, nearest);
  const { kvp, table, column } = mapped;
  return { kvp, table, column, reason, line: nearest?.line, explanation, consequence: consequenceOf(mapped) };
}

function consequenceOf(mapped: MappedKey): string {
  if (mapped.type === 'start') return 'no session can be loaded';
  if (mapped.type === 'end') return 'regular sessions are discarded and asynchronous ones never close';
  if (mapped.type === 'tenant' || mapped.type === 'media-type')
    return `the facts refer to ${mapped.default} (NO_VALUE) for ${mapped.column}`;
  return `${mapped.table}.${mapped.column} stays ${mapped.default ?? 'empty'}`;
}

function explain(mapped: MappedKey, nearest: AdataKey | undefined): [LossReason, string] {
  if (nearest === undefined) return ['not-named', 'is not named in the <public> section'];
  if (nearest.name !== mapped.kvp) return ['other-spelling', `is spelled ${JSON.stringify(nearest.name)} there; case and spaces matter`];
  if (nearest.storage === 'secure')
    return ['secure', 'stands under <secure>, which ICON stores in G_SECURE_USERDATA_HISTORY; chatmart does not read that'];
  if (nearest.source !== 'userdata') return ['not-userdata', `has source="${nearest.source}"; Chat Server attaches it as userdata`];
  return ['history-none', 'has history="none"; ICON does not store it'];
}

const isSpelledAlike = (a: string, b: string): boolean => a.trim().toLowerCase() === b.toLowerCase();

function duplicateWarning(key: AdataKey, effective: readonly AdataKey[]): AdataWarning {
  const first = effective.find((other) => identityOf(other) === identityOf(key))!;
  return {
    kvp: key.name,
    line: key.line,
    explanation: `is defined a second time; ICON takes the first, line ${first.line} (history="${first.history}"), and rejects this one`,
  };
}

const firstWarning = (key: AdataKey): AdataWarning => ({
  kvp: key.name,
  line: key.line,
  explanation: 'has history="first"; an asynchronous session would keep the value of its first update; use "all"',
});
