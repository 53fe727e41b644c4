import type { Connection } from '../../db/connection.js';
import type { IdbTable } from '../../extract/idb-table.js';
import type { Clock } from '../../model/clock.js';
import type { SourceState } from '../../mart/source-window.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { AdataSpec } from '../../spec/adata-spec.js';
import type { Diagnosis } from './finding.js';

/** A database that is looked at. */
export interface Patient {
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
export interface MartPatient extends Patient {
  readonly schema: string;
  /** Names of the sources that are configured. */
  readonly sourceNames: readonly string[];
}

/** An IDB whose table was found. */
export interface IdbPatient extends Patient {
  readonly table: IdbTable;
  readonly map: KvpMap;
  /** What the mart knows of it; undefined: it was never read, or the mart cannot be asked. */
  readonly state: SourceState | undefined;
  /** The attached-data specification that ICON is said to have. */
  readonly adataSpec: AdataSpec | undefined;
}

/** A check has a name and looks at one kind of patient, in a read-only transaction. */
export interface Check<P extends Patient> {
  readonly name: string;
  readonly look: (patient: P) => Promise<readonly Diagnosis[]>;
}
