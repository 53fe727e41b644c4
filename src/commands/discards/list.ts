import { requireMart } from '../../mart/schema/mart-access.js';
import { queryRows, type Connection } from '../../db/connection.js';
import { withTransaction } from '../../db/transaction.js';
import { withMartSession } from '../../mart/mart-session.js';
import { DISCARD, toDiscardName, type DiscardName } from '../../model/discard.js';
import { countDiscards, selectDiscards, type DiscardFilter } from './discards.sql.js';

export interface ListDiscardsOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly codes?: readonly DiscardName[] | undefined;
  readonly guids?: readonly string[] | undefined;
  /** Include resolved discards. */
  readonly all?: boolean;
  /** Maximum number listed; all are counted. */
  readonly limit: number;
}

/** Printed by `discards list --json`; its shape is specs/schema/discards-list.schema.json. Times are ISO 8601 in UTC. */
export interface DiscardList {
  /** By reason, listed or not. */
  readonly totals: readonly {
    readonly code: number;
    readonly name: string;
    readonly reason: string;
    readonly open: number;
    /** 0 unless resolved discards were requested. */
    readonly resolved: number;
  }[];
  /** Newest first. */
  readonly discards: readonly ListedDiscard[];
}

export interface ListedDiscard {
  readonly guid: string | null;
  readonly code: number;
  readonly name: string;
  readonly reason: string;
  /** User-data key whose value is the problem; null: it is not one value. */
  readonly key: string | null;
  /** The value as the IDB had it, to the bound of `toBoundedText`. */
  readonly rawValue: string | null;
  readonly since: string;
  /** Null: it still holds. */
  readonly resolvedAt: string | null;
}

/** Reads the discards in one snapshot. */
export async function listDiscards(options: ListDiscardsOptions): Promise<DiscardList> {
  const { martUrl, martSchema, codes, guids, all = false, limit } = options;
  const filter: DiscardFilter = { codes: codes?.map((name) => DISCARD[name].code), guids, all };
  return withMartSession(
    { url: martUrl, applicationName: 'chatmart discards', schema: martSchema, keepsRoleLimits: true },
    async (mart) => {
      await requireMart(mart);
      return withTransaction(mart, () => readDiscards(mart, filter, limit), 'repeatable read read only');
    },
  );
}

interface TotalRow {
  readonly code: number;
  readonly reason: string;
  readonly open: number;
  readonly resolved: number;
}

interface DiscardRow {
  readonly guid: string | null;
  readonly code: number;
  readonly reason: string;
  readonly keyname: string | null;
  readonly raw_value: string | null;
  readonly etl_ts: number;
  readonly resolved_ts: number | null;
}

async function readDiscards(mart: Connection, filter: DiscardFilter, limit: number): Promise<DiscardList> {
  const totals = await queryRows<TotalRow>(mart, countDiscards(filter));
  const rows = await queryRows<DiscardRow>(mart, selectDiscards(filter, limit));
  return {
    totals: totals.map(({ code, ...total }) => ({ code, name: toDiscardName(code), ...total })),
    discards: rows.map((row) => ({
      guid: row.guid,
      code: row.code,
      name: toDiscardName(row.code),
      reason: row.reason,
      key: row.keyname,
      rawValue: row.raw_value,
      since: toTime(row.etl_ts),
      resolvedAt: row.resolved_ts === null ? null : toTime(row.resolved_ts),
    })),
  };
}

const toTime = (ts: number): string => new Date(ts * 1000).toISOString();
