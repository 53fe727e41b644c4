import type { Connection } from '../../db/connection.js';
import type { IdbTable } from '../../extract/idb-table.js';
import type { Tuning } from '../../jobs/tuning.js';
import type { MartProperties } from '../../mart/mart-properties.js';
import type { SourceState } from '../../mart/source-window.js';
import type { Clock } from '../../model/clock.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';
import type { AdataSpec } from '../../spec/adata-spec.js';

/** How much a finding matters: `problem` must be fixed, `warning` should be looked at, `note` is for information. */
export const SEVERITIES = ['ok', 'note', 'warning', 'problem'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One finding of `chatmart doctor`. */
export interface Finding {
  /** Name of the check, kebab-case. */
  readonly check: string;
  /** Where it was found: `mart`, or the name of a source, such as `idb`. */
  readonly place: string;
  readonly severity: Severity;
  /** What was found, with values, as a sentence without its full stop. */
  readonly found: string;
  /** What to do or type next; null: nothing. */
  readonly next: string | null;
  /** A database is out of reach; the result may differ later. */
  readonly isUnavailable: boolean;
}

/** What a check itself returns; the caller adds the rest. */
export type CheckResult = Pick<Finding, 'severity' | 'found' | 'next'>;

export const ok = (found: string): CheckResult => ({ severity: 'ok', found, next: null });
export const note = (found: string, next: string | null = null): CheckResult => ({ severity: 'note', found, next });
export const warning = (found: string, next: string): CheckResult => ({ severity: 'warning', found, next });
export const problem = (found: string, next: string): CheckResult => ({ severity: 'problem', found, next });

/** A database to check. */
export interface CheckSubject {
  readonly connection: Connection;
  /** Holds a password; never print it. */
  readonly url: string;
  readonly clock: Clock;
  /** Free and total bytes of the file system that holds a local folder; null: unknown. */
  readonly readSpace: (folder: string) => Promise<Space | null>;
  readonly tuning?: Pick<Tuning, 'oldTransactionMs'>;
}

export interface Space {
  readonly freeBytes: number;
  readonly allBytes: number;
}

/** A migrated mart. */
export interface MartSubject extends CheckSubject {
  readonly schema: string;
  /** Names of the configured sources. */
  readonly sourceNames: readonly string[];
  /** What the configuration says of the mart. */
  readonly properties: MartProperties;
}

/** An IDB whose table was found. */
export interface IdbSubject extends CheckSubject {
  readonly table: IdbTable;
  readonly map: KvpMap;
  /** What the mart knows of it; undefined: it was never read, or the mart cannot be read. */
  readonly state: SourceState | undefined;
  /** ICON's attached-data specification, if it was given. */
  readonly adataSpec: AdataSpec | undefined;
  /** Masks what is shown of its texts; undefined: nothing is sensitive. */
  readonly masker?: Masker | undefined;
}

/** A named check of one kind of subject, run in a read-only transaction. */
export interface Check<P extends CheckSubject> {
  readonly name: string;
  readonly look: (subject: P) => Promise<readonly CheckResult[]>;
}
