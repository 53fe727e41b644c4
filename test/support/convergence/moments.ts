import fc from 'fast-check';
import type { Moment } from './statement-gate.js';

/** Statements that load a chunk. */
const LOADING = [
  'pg_advisory_xact_lock',
  'with contradicted',
  'callid = any',
  'insert into chat_session_fact',
  'insert into stg_transform_discards',
  'update chatmart_source',
];

const OTHERS = ['pg_current_snapshot', 'commit', 'delete from chatmart_pending_agg', 'insert into agt_chat_stats_day'];

const withText = (texts: readonly string[]): fc.Arbitrary<Moment> =>
  fc.record({ nth: fc.constantFrom(1, 1, 1, 2, 3), text: fc.constantFrom(...texts) });

/** Any moment of a run, which sends about a hundred messages over little data. A moment that never comes counts as after the run. */
export const moments: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ nth: fc.integer({ min: 1, max: 110 }), text: fc.constant(undefined) }) },
  { weight: 2, arbitrary: withText([...LOADING, ...OTHERS]) },
);

/** A moment that comes in every run, whatever it finds. */
export const certainMoments: fc.Arbitrary<Moment> = fc.oneof(
  fc.record({ nth: fc.integer({ min: 1, max: 40 }), text: fc.constant(undefined) }),
  fc.record({
    nth: fc.constant(1),
    text: fc.constantFrom(
      'pg_current_snapshot',
      'pg_advisory_xact_lock',
      'update chatmart_source',
      'commit',
      'delete from chatmart_pending_agg',
    ),
  }),
);

/** A moment at which other jobs would meet the chunk that a run loads. */
export const loadingMoments: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 1, arbitrary: moments },
  { weight: 2, arbitrary: withText(LOADING) },
);

/** A moment as a counterexample shows it. */
export const tellMoment = ({ nth, text }: Moment): string => `its message ${nth}${text === undefined ? '' : ` with "${text}"`}`;
