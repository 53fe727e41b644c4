import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { factsKeptFrom } from '../mart/retention.js';
import type { DiscardName } from '../model/discard.js';
import { interactionsOf, VERDICT, type SessionBatch } from '../model/session-batch.js';
import { selectErased, selectKeeping } from '../mart/erased.sql.js';
import { deleteStaged, deleteStagedDiscards } from './staging.sql.js';

const STARTS_NOT_BELIEVED: ReadonlySet<DiscardName> = new Set(['BAD_START', 'START_TOO_EARLY', 'START_IN_FUTURE']);

/**
 * What must not be loaded of a chunk: interactions that were erased, and sessions that begin before the facts that are kept. Read under the
 * writer lock, by which both stay true until the commit.
 */
export class KeptOut {
  /** Interactions of the chunk that turned out to be older than the facts that are kept. */
  readonly expired: string[] = [];

  constructor(
    /** Interactions of the chunk that were erased. */
    readonly erased: ReadonlySet<string>,
    private readonly keptFromTs: number,
  ) {}

  /** Sessions without those that were erased, by their place in the batch. */
  withoutErased(batch: SessionBatch, sessions: readonly number[]): readonly number[] {
    return this.erased.size === 0 ? sessions : sessions.filter((session) => !this.erased.has(batch.guid[session]!));
  }

  /** Sessions of which the mart knows nothing, without those that are expired; these are taken out of staging. */
  async withoutExpired(connection: Connection, batch: SessionBatch, sessions: readonly number[]): Promise<readonly number[]> {
    if (this.keptFromTs === 0) return sessions;
    const kept = sessions.filter((session) => !this.isExpired(batch, session));
    if (kept.length === sessions.length) return sessions;
    const guids = sessions.filter((session) => this.isExpired(batch, session)).map((session) => batch.guid[session]!);
    this.expired.push(...guids);
    await deleteFromStaging(connection, guids);
    return kept;
  }

  /** A batch of sessions that were read whole: an expired one is no fact any more, and has nothing on record. */
  withExpiredAsNone(batch: SessionBatch): SessionBatch {
    // A start that is not believed says nothing: it stays on record.
    const doubtful = new Set(batch.discards.filter(({ name }) => STARTS_NOT_BELIEVED.has(name)).map(({ guid }) => guid));
    const expired = new Set(batch.guid.filter((guid, session) => this.isExpired(batch, session) && !doubtful.has(guid)));
    if (expired.size === 0) return batch;
    this.expired.push(...expired);
    return {
      ...batch,
      verdict: batch.verdict.map((verdict, session) => (expired.has(batch.guid[session]!) ? VERDICT.none : verdict)),
      discards: batch.discards.filter(({ guid }) => !expired.has(guid)),
    };
  }

  /** By the start that was read. Without one nothing says how old the session is. */
  private isExpired({ startTs }: SessionBatch, session: number): boolean {
    return startTs[session]! < this.keptFromTs && startTs[session] !== 0;
  }
}

/** Looks up what must not be loaded of a chunk, and takes what was erased out of staging. Only under the writer lock. */
export async function readKeptOut(connection: Connection, batch: SessionBatch): Promise<KeptOut> {
  const { kept_from: keptFromTs, has_erased: hasErased } = await queryRow<{ kept_from: number; has_erased: boolean }>(
    connection,
    selectKeeping(factsKeptFrom),
  );
  const erased = hasErased ? await queryRows<{ guid: string }>(connection, selectErased(interactionsOf(batch))) : [];
  const guids = erased.map(({ guid }) => guid);
  if (guids.length > 0) await deleteFromStaging(connection, guids);
  return new KeptOut(new Set(guids), keptFromTs);
}

async function deleteFromStaging(connection: Connection, guids: readonly string[]): Promise<void> {
  await execute(connection, deleteStaged(guids));
  await execute(connection, deleteStagedDiscards(guids));
}
