import type { Sample } from './metric.js';

/** What the scheduler says of itself; asked at each request, it must not wait for anything. */
export interface Observed {
  readonly samples: () => readonly Sample[];
  /** Resolves when the databases were asked for the first time, or after a moment: samples are whole then. */
  readonly asked: Promise<void>;
  /** Why this process should be started anew; undefined: it lives. */
  readonly deathReason: () => string | undefined;
  /** Why it cannot do its work at the moment, a sentence each; none: it can. */
  readonly problems: () => readonly string[];
}

/** Where what is observed can be asked for. */
export interface ObservedPlace {
  readonly url: string;
  readonly close: () => Promise<void>;
}
