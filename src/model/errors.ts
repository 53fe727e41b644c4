/** What went wrong, in the words of the operator: a sentence with the value and the place, a stable code, and the next step. */
export class ChatmartError extends Error {
  /** Stable, kebab-case, never reworded: scripts and documents refer to it. */
  readonly code: string;
  /** What was left behind and what to type next. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** The operator must change something: an option, a file, a right, a schema. Exit code 2. */
export class ConfigError extends ChatmartError {}

/** A database is out of reach; the same command may work later. Exit code 3. */
export class UnavailableError extends ChatmartError {}

/** A check of the data failed. Exit code 4. */
export class DataError extends ChatmartError {}

/** Another run is at work on the same thing. Exit code 5. */
export class BusyError extends ChatmartError {}

/** The work is done, but more rows were discarded than the operator allows. Exit code 6. */
export class DiscardLimitError extends ChatmartError {}

/** The mart is further behind its source than the operator allows. Exit code 10. */
export class LagError extends ChatmartError {}
