/** A condition on a session that several measures share: SQL over CHAT_SESSION_FACT, CHAT_SESSION_DIM and, for measures, `session.outcome`. */
export interface SessionTerm {
  readonly name: string;
  readonly when: string;
  readonly sentence: string;
}

/** A row of the decision table of outcomes: a session has the first whose condition holds. The last one has no condition. */
export interface SessionOutcome {
  readonly name: string;
  readonly when?: string | undefined;
  readonly sentence: string;
}

/** How several rows become one, at every level; over time and over sessions alike. */
export type Combine = 'sum' | 'max';

/** A column of AGT_CHAT_STATS_* that no user-data key holds. */
export interface RegisteredMeasure {
  /** Lower-case column name. */
  readonly name: string;
  readonly combine: Combine;
  readonly unit: string;
  /** SQL for the value of a session; undefined: sessions are counted. */
  readonly of?: string | undefined;
  /** Which sessions count; undefined: all. */
  readonly when?: string | undefined;
  /** The first release had it: it is never NULL. */
  readonly first?: true | undefined;
  /** For the column's comment and for supervisors. */
  readonly sentence: string;
}

/** A duration of sessions whose distribution is kept. */
export interface RegisteredDuration {
  readonly name: string;
  readonly title: string;
  /** Column of the fact. */
  readonly of: string;
  /** The measure that counts its sessions. */
  readonly among: string;
  readonly sentence: string;
}

/** A figure of a report, computed from measures. Only `total`, `sum` and `largest` add up; the others are computed anew for each row and total. */
export type Figure = {
  /** snake_case: CSV header and JSON key. */
  readonly name: string;
  readonly title: string;
  /** Figures of a group stay together when a wide table is split. */
  readonly group?: string | undefined;
  /** What its words mean, where they can be mistaken. */
  readonly legend?: string | undefined;
  readonly sentence: string;
} & (
  | { readonly figure: 'total'; readonly column: string }
  /** Several columns together. */
  | { readonly figure: 'sum'; readonly of: readonly string[] }
  /** `among`: the count of the values that the maximum covers; without any there is no maximum. */
  | { readonly figure: 'largest'; readonly column: string; readonly among: string }
  | { readonly figure: 'average'; readonly of: string; readonly per: string }
  /** The row's share of the whole report. */
  | { readonly figure: 'share'; readonly of: string }
  /** The value of a session that so many per cent of the sessions that `among` counts do not exceed. */
  | { readonly figure: 'percentile'; readonly of: string; readonly among: string; readonly percent: number }
  /** Of the sessions open at the same time, regular or async ones: the most, their mean over time, or those in the last second. */
  | { readonly figure: 'concurrency'; readonly mode: 'regular' | 'async'; readonly value: 'most' | 'average' | 'at_end' }
  /** Part of a whole: the sum of `of` divided by the sum of `per`, from which the sum of `less` is taken. */
  | {
      readonly figure: 'ratio';
      readonly of: readonly string[];
      readonly per: readonly string[];
      readonly less?: readonly string[] | undefined;
    }
);

/** `specs/measures.json`: the single source of the aggregates' figures beside the KVP map. */
export interface MeasureRegistry {
  readonly terms: readonly SessionTerm[];
  readonly outcomes: readonly SessionOutcome[];
  readonly measures: readonly RegisteredMeasure[];
  /** Measures for each number of seconds: `{seconds}` stands for it. */
  readonly serviceLevels: readonly RegisteredMeasure[];
  readonly durations: readonly RegisteredDuration[];
  readonly figures: readonly Figure[];
  /** Figures for each number of seconds: `{seconds}` stands for it. */
  readonly serviceLevelFigures: readonly Figure[];
}
