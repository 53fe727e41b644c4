import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { factsKeptFrom } from '../mart/retention.js';
import type { DiscardName } from '../model/discard.js';
import { interactionsOf, VERDICT, type SessionBatch } from '../model/session-batch.js';
import { selectErased, selectKeeping } from '../mart/erased.sql.js';
import { deleteStaged, deleteStagedDiscards } from './staging.sql.js';

const STARTS_NOT_BELIEVED: ReadonlySet<DiscardName> = new Set(['BAD_START', 'START_TOO_EARLY', 'START_IN_FUTURE']);

/**
 * What must not be loaded from a chunk: erased interactions, and sessions that begin before the retained facts. Read under the writer lock,
 * which keeps both valid until the commit.
 */
export class KeptOut {
  /** Interactions of the chunk that are older than the retained facts. */
  readonly expired: string[] = [];

  constructor(
    /** Erased interactions of the chunk. */
    readonly erased: ReadonlySet<string>,
    private readonly keptFromTs: number,
  ) {}

  /** The given sessions, by position in the batch, without the erased ones. */
  withoutErased(batch: SessionBatch, sessions: readonly number[]): readonly number[] {
    return this.erased.size === 0 ? sessions : sessions.filter((session) => !this.erased.has(batch.guid[session]!));
  }

  /** The given sessions, new to the mart, without the expired ones; those are removed from staging. */
  async withoutExpired(connection: Connection, batch: SessionBatch, sessions: readonly number[]): Promise<readonly number[]> {
    if (this.keptFromTs === 0) return sessions;
    const kept = sessions.filter((session) => !this.isExpired(batch, session));
    if (kept.length === sessions.length) return sessions;
    const guids = sessions.filter((session) => this.isExpired(batch, session)).map((session) => batch.guid[session]!);
    this.expired.push(...guids);
    await deleteFromStaging(connection, guids);
    return kept;
  }

  /** A batch of fully read sessions in which expired ones have no fact and no discards. */
  withExpiredAsNone(batch: SessionBatch): SessionBatch {
    // The age of a session with an implausible start is unknown: its discard stays.
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

  /** Decided by the start. Without one, the age of the session is unknown. */
  private isExpired({ startTs }: SessionBatch, session: number): boolean {
    return startTs[session]! < this.keptFromTs && startTs[session] !== 0;
  }
}

/** Reads what must not be loaded from a chunk, and removes erased interactions from staging. Requires the writer lock. */
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
