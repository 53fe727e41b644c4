import { stringify } from 'csv-stringify/sync';

/** Lines of CSV; null and an empty text are told apart as in PostgreSQL's COPY: nothing, and `""`. */
export const toCsvText = (rows: readonly (readonly (string | number | null)[])[]): string =>
  stringify(rows as (string | number | null)[][], { cast: { string: (value) => (value === '' ? { value, quoted_empty: true } : value) } });
