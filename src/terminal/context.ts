import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import type { ConfigDescription } from '../config/describe-config.js';
import type { Clock } from '../model/clock.js';
import type { Log } from '../model/log.js';

/** A command of the program: what `chatmart --help` says of it, and its module, loaded only when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: (context: CommandContext) => Promise<Command>;
}

/** A terminal whose last line can be rewritten. */
export interface Terminal {
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

/** The environment of a command; tests pass their own. */
export interface CommandContext {
  readonly clock: Clock;
  /** What the user types to run this program, such as `npx chatmart`. */
  readonly invocation: string;
  /** Writes data to stdout, as it is. */
  readonly print: (text: string) => void;
  /** The same for bytes. Default: of this process. */
  readonly printBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** Opens a file on the desktop; returns why it was not opened, or undefined. Default: of this computer. */
  readonly openFile?: ((file: string) => Promise<string | undefined>) | undefined;
  /** Writes one line about the work to stderr; the newline is added. */
  readonly log: Log;
  /** The terminal that `log` writes to, if it is interactive. */
  readonly terminal?: Terminal | undefined;
  /** Merges options, environment, file and defaults into a trusted configuration, or throws with all problems at once. */
  readonly loadConfig: (options: Readonly<Record<string, unknown>>) => Config;
  /** The same merging, with the origin of each value; does not throw for problems. Default: of this process. */
  readonly describeConfig?: (options: Readonly<Record<string, unknown>>) => ConfigDescription;
}
