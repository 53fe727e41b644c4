import { queryRow } from '../../db/connection.js';
import { readIdSigns } from '../../extract/id-signs.js';
import { selectLargestId } from '../../extract/id-signs.sql.js';
import { ID_SLACK } from '../../mart/source-window.js';
import { isBehind, type SequenceSign, type SubscriptionSign } from '../../mart/id-order.js';
import { note, ok, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';
import { counted } from '../../model/text.js';

/** What it costs that ids do not rise with transactions. */
const COST = 'each run looks through all rows of the table';

/** Are ids drawn in about the order of their transactions? Rows that come under smaller ids than those that were read would be passed by. */
export async function checkIdSequence({
  connection,
  table,
  state,
}: Pick<IdbPatient, 'connection' | 'table'> & Partial<Pick<IdbPatient, 'state'>>): Promise<Diagnosis[]> {
  const { max_id: maxId } = await queryRow<{ max_id: number }>(connection, selectLargestId(table.rows));
  const { subscriptions, sequences, mostSessions } = await readIdSigns(connection, table);
  const place = `${table.schema}.${table.name}`;
  const late = state?.idOrder?.doubts.filter(({ reason }) => reason === 'late-rows') ?? [];
  return [
    ...subscriptions.map(judgeSubscription),
    ...sequences.map((sequence) => judgeSequence(sequence, maxId, mostSessions)),
    ...(sequences.length === 0 && subscriptions.length === 0
      ? [note(`the ids of ${place} come from no sequence that the table names: whether they rise, each run looks at where new rows go`)]
      : []),
    ...late.map(({ text }) =>
      warning(
        `${text}; ${COST} until none have come for a week`,
        'Find out who writes rows under ids of their own: an import, a restored backup, another server.',
      ),
    ),
  ];
}

function judgeSubscription({ name, isEnabled, isReady, heardAt }: SubscriptionSign): Diagnosis {
  const found = `subscription ${name} writes rows with ids of another server: ${COST}`;
  if (!isEnabled)
    return warning(
      `${found}; it is disabled, and nothing comes by it`,
      `As its owner: alter subscription ${name} enable; or drop subscription ${name};`,
    );
  if (heardAt === null || !isReady)
    return warning(
      `${found}; ${isReady ? 'it has heard nothing of its publisher' : 'it is still copying'}: nothing more counts as complete`,
      "Look into the log of the IDB's server, and at pg_stat_subscription.",
    );
  return note(`${found}; it last heard of its publisher at ${heardAt.toISOString()}, and the mart is complete until then`);
}

function judgeSequence(sequence: SequenceSign, maxId: number, mostSessions: number): Diagnosis {
  const { name, lastValue, isReadable, increment, cache } = sequence;
  if (increment < 0)
    return warning(
      `sequence ${name} counts down: ${COST}`,
      `As owner of the IDB type: alter sequence ${name} increment by 1; and set it above the largest id.`,
    );
  if (isBehind(sequence, maxId))
    return warning(
      `sequence ${name} stands at ${lastValue ?? 'its beginning'}, below the largest id ${maxId}: as long as ids are drawn from it, ${COST}`,
      `As owner of the IDB type: select setval('${name.replaceAll("'", "''")}', ${maxId});`,
    );
  if (cache > 1) {
    const found = `sequence ${name} has a cache of ${cache}: each session draws so many ids ahead`;
    return cache * mostSessions > ID_SLACK
      ? warning(
          `${found}; with ${counted(mostSessions, 'session')} they may be written more than ${ID_SLACK} ids late, and ${COST}`,
          `As owner of the IDB type: alter sequence ${name} cache 1;`,
        )
      : note(`${found}; a run looks ${ID_SLACK} ids back, which is enough for ${counted(mostSessions, 'session')} that all write`);
  }
  return isReadable
    ? ok(`sequence ${name} keeps no ids in store`)
    : note(
        `sequence ${name} keeps no ids in store; where it stands this role may not ask`,
        `As owner of the IDB type: grant select on sequence ${name} to the role of chatmart;`,
      );
}
