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
export type Diagnosis = Pick<Finding, 'severity' | 'found' | 'next'>;

export const ok = (found: string): Diagnosis => ({ severity: 'ok', found, next: null });
export const note = (found: string, next: string | null = null): Diagnosis => ({ severity: 'note', found, next });
export const warning = (found: string, next: string): Diagnosis => ({ severity: 'warning', found, next });
export const problem = (found: string, next: string): Diagnosis => ({ severity: 'problem', found, next });
