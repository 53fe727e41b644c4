/** CREATE_AUDIT_KEY of rows that come with the schema (known media types, the rows -1 and -2, calendars), not from a load. */
export const SCHEMA_AUDIT_KEY = 0;
