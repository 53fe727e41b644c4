import type { Connection } from '../../db/connection.js';
import type { IdbTable } from '../../extract/idb-table.js';
import type { SourceState } from '../../mart/source-window.js';
import type { Clock } from '../../model/clock.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { AdataSpec } from '../../spec/adata-spec.js';

/** How much a finding matters: `problem` must be changed or brought back, `warning` should be looked at, `note` is good to know. */
export const SEVERITIES = ['ok', 'note', 'warning', 'problem'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that `chatmart doctor` found. */
export interface Finding {
  /** Name of the check, kebab-case. */
  readonly check: string;
  /** What it is about: `mart`, or the name of a source, such as `idb`. */
  readonly place: string;
  readonly severity: Severity;
  /** What was found, with values, in a sentence without its full stop. */
  readonly found: string;
  /** What to do or type next; null: nothing. */
  readonly next: string | null;
  /** A database is out of reach: later it may be different. */
  readonly isUnavailable: boolean;
}

/** What a check itself says; the rest is added by whoever calls it. */
export type CheckResult = Pick<Finding, 'severity' | 'found' | 'next'>;

export const ok = (found: string): CheckResult => ({ severity: 'ok', found, next: null });
export const note = (found: string, next: string | null = null): CheckResult => ({ severity: 'note', found, next });
export const warning = (found: string, next: string): CheckResult => ({ severity: 'warning', found, next });
export const problem = (found: string, next: string): CheckResult => ({ severity: 'problem', found, next });

/** A database that is looked at. */
export interface CheckSubject {
  readonly connection: Connection;
  /** Holds a password: never to be printed. */
  readonly url: string;
  readonly clock: Clock;
  /** Free and all bytes of the file system that holds a folder of this machine; null: it cannot be asked. */
  readonly readSpace: (folder: string) => Promise<Space | null>;
}

export interface Space {
  readonly freeBytes: number;
  readonly allBytes: number;
}

/** The mart, migrated. */
export interface MartSubject extends CheckSubject {
  readonly schema: string;
  /** Names of the sources that are configured. */
  readonly sourceNames: readonly string[];
}

/** An IDB whose table was found. */
export interface IdbSubject extends CheckSubject {
  readonly table: IdbTable;
  readonly map: KvpMap;
  /** What the mart knows of it; undefined: it was never read, or the mart cannot be asked. */
  readonly state: SourceState | undefined;
  /** The attached-data specification that ICON is said to have. */
  readonly adataSpec: AdataSpec | undefined;
}

/** A check has a name and looks at one kind of subject, in a read-only transaction. */
export interface Check<P extends CheckSubject> {
  readonly name: string;
  readonly look: (subject: P) => Promise<readonly CheckResult[]>;
}
