/** The state that work leaves which is broken off: jobs are repeated as a whole, and find what is there. */
export const COMMITTED_STAYS = 'What was committed before stays and is not repeated.';

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

  /** The same error for whoever had begun to write before it came up: its hint says what became of that. */
  afterWork(): ChatmartError {
    const { hint = '' } = this;
    if (hint.includes(COMMITTED_STAYS)) return this;
    // What the place that threw it knew of: nothing.
    const rest = hint.replace(/^Nothing was [^.]*[.] ?/, '');
    if (rest === hint && !(this instanceof UnavailableError)) return this;
    const Kind = this.constructor as typeof ChatmartError;
    return new Kind(this.code, this.message, { cause: this.cause, hint: `${COMMITTED_STAYS} ${rest}`.trim() });
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

/** Somebody asked the program to stop before it was done. It ends by the signal that asked. */
export class StoppedError extends ChatmartError {
  readonly signal: NodeJS.Signals;

  constructor(code: string, message: string, { signal, ...options }: { signal: NodeJS.Signals; hint?: string; cause?: unknown }) {
    super(code, message, options);
    this.signal = signal;
  }

  /** The same, where a commit was under way: it may be done, or is, and nobody says that it was rolled back. */
  afterCommit(how?: string): StoppedError {
    const { code, signal, hint } = this;
    const what = how === undefined ? 'a commit was under way, which may be done' : `the commit under way is done on its server, ${how}`;
    return new StoppedError(code, `Stopped at once by ${signal}: ${what}`, {
      signal,
      cause: this,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** The mart is further behind its source than the operator allows. Exit code 10. */
export class LagError extends ChatmartError {}
