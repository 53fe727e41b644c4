/** The state that an error left. The terminal has a sentence for each. */
export type State =
  | 'nothing-done'
  | 'nothing-read'
  | 'nothing-changed'
  | 'nothing-written'
  | 'nothing-deleted'
  /** Neither user name nor password left this machine. */
  | 'nothing-sent'
  /** Jobs are repeated as a whole and find what is there. */
  | 'committed-stays'
  /** `committed-stays`, and the transaction that was open is undone. */
  | 'rolled-back'
  | 'chunk-in-part'
  | 'work-done';

/** What an operator needs to know besides the problem. */
export interface Advice {
  readonly state?: State | undefined;
  /** What to do: whole sentences, or statements that end with a semicolon. Repeating the command is `again`. */
  readonly next?: string | undefined;
  /** The same command works after `next`, or under a condition. The scheduler repeats it by itself. */
  readonly again?: 'then' | `when ${string}` | undefined;
}

/** A problem that the operator can do something about. The message is a sentence with the value and its place. */
export class ChatmartError extends Error implements Advice {
  /** Stable, kebab-case, never reworded: scripts and documents refer to it. */
  readonly code: string;
  readonly state: State | undefined;
  readonly next: string | undefined;
  readonly again: Advice['again'];

  constructor(code: string, problem: string, options: Advice & { readonly cause?: unknown } = {}) {
    super(problem, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.state = options.state;
    this.next = options.next;
    this.again = options.again;
  }

  /** The same error after work had begun, which the place that detected it did not know. */
  afterWork(): ChatmartError {
    const { code, message, cause, next, again } = this;
    const isUnaware = this.state === undefined ? this instanceof UnavailableError : this.state.startsWith('nothing-');
    if (!isUnaware) return this;
    const Kind = this.constructor as typeof ChatmartError;
    return new Kind(code, message, { state: 'committed-stays', next, again, cause });
  }
}

/** The operator must change something: an option, a file, a right, a schema. Exit code 2. */
export class ConfigError extends ChatmartError {}

/** A database is out of reach; the same command may work later. Exit code 3. */
export class UnavailableError extends ChatmartError {}

/** A check of the data failed. Exit code 4. */
export class DataError extends ChatmartError {}

/** Another process is running the same job. Exit code 5. */
export class BusyError extends ChatmartError {}

/** The work is done, but more rows were discarded than the operator allows. Exit code 6. */
export class DiscardLimitError extends ChatmartError {}

/** The program was asked to stop before it was done. It ends by the signal that asked. */
export class StoppedError extends ChatmartError {
  readonly signal: NodeJS.Signals;

  constructor(
    code: string,
    problem: string,
    { signal, ...options }: Advice & { readonly signal: NodeJS.Signals; readonly cause?: unknown },
  ) {
    super(code, problem, options);
    this.signal = signal;
  }

  /** The same, if a commit was in progress: it may have succeeded, so the error does not say that it was rolled back. */
  afterCommit(how?: string): StoppedError {
    const { code, signal, state, next, again } = this;
    const what =
      how === undefined ? 'the transaction was being committed and may be committed' : `the transaction is committed on its server, ${how}`;
    return new StoppedError(code, `Stopped at once by ${signal}: ${what}`, { signal, state, next, again, cause: this });
  }
}

/** The mart is further behind its source than the operator allows. Exit code 10. */
export class LagError extends ChatmartError {}
