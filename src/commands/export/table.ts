/** How a column's values are stored: a Parquet type, and how PostgreSQL sends them. */
export type ColumnKind = 'int32' | 'int64' | 'text' | 'instant' | 'date';

/** A column of an exported table. */
export interface ExportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** No row has NULL there. */
  readonly isRequired: boolean;
  /** SQL for the value. */
  readonly value: string;
  /** Of an instant: SQL for its epoch second, if that is what the mart holds. */
  readonly seconds?: string | undefined;
}

/** How the rows of a table are found, and how it is known whether they changed. */
export interface ExportTable {
  /** Folder in the export. */
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  /** SQL FROM item. */
  readonly from: string;
  /** SQL for the epoch second at which the session or period of a row begins; undefined: rows of a dimension, which are always exported. */
  readonly startTs?: string | undefined;
  /** One file for each month of `startTs`. Otherwise all rows are in one file. */
  readonly isByMonth: boolean;
  /** SQL for a text that differs for each row, and whenever a row of it changes. */
  readonly version: string;
  /** SQL list. The same rows always make the same file. */
  readonly order: string;
}

export const FACT = 'chat_session_fact';
export const GUID = 'media_server_ixn_guid';
