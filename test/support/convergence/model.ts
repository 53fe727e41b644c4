import { rowsOfView, viewOfRows, isMapped, type SessionView } from './session-of-rows.js';
import { EMPTY_CALLID } from './sample-rows.js';

/** A row of the IDB. */
export interface ModelRow {
  readonly id: number;
  readonly callid: string;
  readonly keyname: string;
  value: string | null;
  readonly addedTs: number;
  /** When it was inserted and when it was written last, in steps of the history. */
  readonly insertedAt: number;
  writtenAt: number;
  /** In the order of the numbers of the transactions that wrote last. */
  transaction: number;
  /** Whether a run has read it for certain (`seen`), or may have (`maybe`). */
  known: 'unseen' | 'maybe' | 'seen';
  /** It was written, or updated in place, under an id below which only the daily window looks for certain. */
  isHidden: boolean;
}

export type Change =
  | { readonly kind: 'insert'; readonly row: ModelRow }
  | {
      readonly kind: 'update';
      readonly id: number;
      readonly value: string;
      readonly at: number;
      readonly transaction: number;
      readonly isHidden: boolean;
    };

/** A transaction that has not ended. */
export interface OpenTransaction {
  /** Undefined: it has written nothing, so it has no number yet. */
  firstWriteAt: number | undefined;
  readonly changes: Change[];
  /** Its savepoints: how many changes there were, and the number of what is written after it, once something is. */
  readonly savepoints: { readonly changes: number; transaction: number | undefined }[];
}

type Views = readonly (SessionView | undefined)[];

/** How ids are drawn and looked for. */
export interface IdKind {
  /** From one id to the next. */
  readonly step: number;
  /** How far below the mark a run looks; undefined: as usual. */
  readonly slack: number | undefined;
  /** So far that every update in place is found at once. */
  readonly isSlackWide: boolean;
}

/** What is true while a history is played: plain maps, and no rule of the loader's. */
export interface Model {
  /** Of the run's clock and of ICON's, epoch seconds. */
  nowTs: number;
  /** Counts what happens. */
  step: number;
  /** Committed rows by id. */
  readonly rows: Map<number, ModelRow>;
  readonly writers: (OpenTransaction | undefined)[];
  readonly prepared: Map<string, OpenTransaction>;
  /** The last run that began, and whether one has ended before its time since the last one that did not. */
  lastRun: { readonly at: number; readonly ts: number; readonly wasBroken: boolean };
  readonly ids: IdKind;
  /** By interaction, what the mart may say of it after the last run; more than one only while a run was disturbed. */
  readonly views: Map<string, Views>;
  /** Interactions of which rows were purged. */
  readonly purged: Set<string>;
  /** Rows that name no interaction may have been read, and are gone. */
  hasLostNameless: boolean;
  /** The rows of a copy of the IDB. */
  copy: readonly ModelRow[] | undefined;
  /** The rows of a table that may become a part of the IDB, and how many have. */
  beside: ModelRow[];
  attached: number;
  /** The smallest id that a writer has drawn himself; 1: none has. */
  smallestId: number;
  /** The last run that was looked at had found that ids tell nothing: what it read was in the order of time, what was read before was not. */
  isByTime: boolean;
}

export const createModel = (nowTs: number, writers: number, ids: IdKind): Model => ({
  nowTs,
  step: 0,
  rows: new Map(),
  writers: Array.from({ length: writers }, () => undefined),
  prepared: new Map(),
  lastRun: { at: 0, ts: 0, wasBroken: false },
  ids,
  views: new Map(),
  purged: new Set(),
  hasLostNameless: false,
  copy: undefined,
  beside: [],
  attached: 0,
  smallestId: 1,
  isByTime: false,
});

export const openTransactions = (model: Model): OpenTransaction[] => [
  ...model.writers.filter((transaction) => transaction !== undefined),
  ...model.prepared.values(),
];

/** Adds a change to a transaction, or commits it at once. */
export function change(model: Model, transaction: OpenTransaction | undefined, changes: readonly Change[]): void {
  if (transaction === undefined) applyChanges(model, changes);
  else {
    transaction.firstWriteAt ??= model.step;
    transaction.changes.push(...changes);
  }
}

/**
 * The number of what a transaction writes now: drawn when it writes first, and once more for each savepoint. Numbers are steps of the
 * history; of one step the outer one is drawn first.
 */
export function drawTransaction(model: Model, transaction: OpenTransaction | undefined): number {
  if (transaction === undefined) return model.step;
  transaction.firstWriteAt ??= model.step;
  let number = transaction.firstWriteAt;
  for (const [depth, savepoint] of transaction.savepoints.entries()) number = savepoint.transaction ??= model.step + (depth + 1) / 100;
  return number;
}

/** What a transaction changed becomes visible. */
export function applyChanges(model: Model, changes: readonly Change[]): void {
  for (const each of changes)
    if (each.kind === 'insert') model.rows.set(each.row.id, each.row);
    else {
      const row = model.rows.get(each.id);
      if (row !== undefined)
        Object.assign(row, {
          value: each.value,
          writtenAt: each.at,
          transaction: each.transaction,
          known: 'unseen',
          isHidden: row.isHidden || each.isHidden,
        });
    }
}

/** Committed rows of an interaction that are about mapped keys, oldest first. */
export const rowsOf = (model: Model, callid: string): ModelRow[] =>
  [...model.rows.values()].filter((row) => row.callid === callid && isMapped(row.keyname)).sort((left, right) => left.id - right.id);

/** The same where ids tell nothing: by ADDED_TS, then by the transaction, then by id. */
export const byTime = (rows: readonly ModelRow[]): ModelRow[] =>
  [...rows].sort((left, right) => left.addedTs - right.addedTs || left.transaction - right.transaction || left.id - right.id);

/** Rows that may be updated in place now: no open transaction holds them. */
export function updatableRows(model: Model): ModelRow[] {
  const held = heldRows(model);
  return [...model.rows.values()].filter((row) => row.value !== null && isMapped(row.keyname) && !held.has(row.id));
}

/** An update in place is found at once where no run has been since the row was inserted; else, without slack, by the daily window. */
export const isHiddenUpdate = (model: Model, row: ModelRow): boolean => !model.ids.isSlackWide && row.insertedAt <= model.lastRun.at;

/** Rows that open transactions have updated. */
const heldRows = (model: Model): Set<number> =>
  new Set(openTransactions(model).flatMap(({ changes }) => changes.flatMap((each) => (each.kind === 'update' ? each.id : []))));

/** Whether some of an interaction's rows may be purged now: what the mart knows of it must be certain, and none of its rows locked. */
export function isPurgeable(model: Model, callid: string): boolean {
  const rows = rowsOf(model, callid);
  const held = heldRows(model);
  return callid !== EMPTY_CALLID && rows.length > 0 && rows.every(({ id, known }) => known !== 'maybe' && !held.has(id));
}

/** Rows of an interaction are gone: those up to an id. */
export function purge(model: Model, callid: string, untilId: number): void {
  for (const row of [...model.rows.values()]) if (row.callid === callid && row.id <= untilId) model.rows.delete(row.id);
  model.purged.add(callid);
}

/** A copy of the IDB is made. */
export function copyRows(model: Model): void {
  model.copy = [...model.rows.values()].map((row) => ({
    ...row,
    writtenAt: model.step,
    transaction: model.step,
    known: 'unseen',
    isHidden: false,
  }));
}

/** The copy takes the place of the IDB: to the mart it is as if newer rows had been purged. */
export function restoreRows(model: Model): void {
  for (const { callid } of model.rows.values())
    if (callid === EMPTY_CALLID) model.hasLostNameless = true;
    else model.purged.add(callid);
  model.rows.clear();
  for (const row of model.copy ?? []) model.rows.set(row.id, row);
  model.copy = undefined;
}

/** The table beside becomes a part of the IDB, as it is. */
export function attachBeside(model: Model): void {
  for (const row of model.beside) model.rows.set(row.id, { ...row, insertedAt: model.step, writtenAt: model.step });
  model.beside = [];
  model.attached++;
}

const DAY = 86_400;

/** A run has begun, and ended in peace or not: what the mart may know now. */
export function noteRun(model: Model, how: 'undisturbed' | 'disturbed' | 'broken'): void {
  noteReading(model, how === 'undisturbed');
  model.lastRun = { at: model.step, ts: model.nowTs, wasBroken: how === 'broken' || (how === 'disturbed' && model.lastRun.wasBroken) };
}

/** Something has read rows: for sure all that a run must read, or who knows which. */
export function noteReading(model: Model, isSure: boolean): void {
  const bound = Math.min(...openTransactions(model).map(({ firstWriteAt }) => firstWriteAt ?? Infinity));
  const isDaily = !model.lastRun.wasBroken && model.nowTs - model.lastRun.ts >= DAY;
  const isCertain = (row: ModelRow): boolean => isSure && row.writtenAt < bound && (isDaily || !row.isHidden);
  for (const callid of new Set([...model.rows.values()].map((row) => row.callid))) {
    const rows = rowsOf(model, callid);
    const unread = rows.filter(({ known }) => known !== 'seen');
    if (rows.length === 0 || (unread.length === 0 && !model.purged.has(callid))) continue;
    const before = model.views.get(callid) ?? [undefined];
    const after = distinct(ordersOf(model, rows).flatMap((ordered) => readAgain(callid, before, ordered)));
    model.views.set(callid, distinct(unread.length > 0 && unread.every(isCertain) ? after : [...before, ...after]));
    for (const row of unread)
      if (isCertain(row)) Object.assign(row, { known: 'seen', isHidden: false });
      else row.known = 'maybe';
  }
}

/** The orders in which rows may have been read. */
const ordersOf = ({ isByTime }: Model, rows: readonly ModelRow[]): (readonly ModelRow[])[] => (isByTime ? [byTime(rows), rows] : [rows]);

/** What becomes of views when all rows that are there are read, once or oftener: of a session without fact not everything is kept. */
function readAgain(callid: string, views: Views, rows: readonly ModelRow[]): Views {
  const again = (view: SessionView | undefined) => viewOfRows(callid, [...(view === undefined ? [] : rowsOfView(view)), ...rows]);
  const once = distinct(views.map(again));
  return distinct([...once, ...once.map(again)]);
}

/** An update in place may not have been found yet. */
export const hasHiddenRows = (model: Model): boolean => [...model.rows.values()].some(({ isHidden }) => isHidden);

const distinct = (views: Views): Views => [...new Map(views.map((view) => [JSON.stringify(view), view])).values()];

/** Whether some row of an interaction may not have been read yet. */
export const isUncertain = (model: Model, callid: string): boolean => rowsOf(model, callid).some(({ known }) => known !== 'seen');

/** Of rows that are gone before a run has met them the mart knows nothing. */
const NOTHING: SessionView = { fact: null, discards: [] };

/** What the mart must say of each interaction of which all rows have been read: one of these views. */
export function expectedViews(model: Model): Map<string, readonly SessionView[]> {
  const callids = new Set([...model.views.keys(), ...[...model.rows.values()].map((row) => row.callid)]);
  callids.delete(EMPTY_CALLID);
  return new Map(
    [...callids]
      .filter((callid) => !isUncertain(model, callid))
      .map((callid) => {
        const views = model.purged.has(callid)
          ? model.views.get(callid)
          : ordersOf(model, rowsOf(model, callid)).map((rows) => viewOfRows(callid, rows));
        return [callid, (views ?? []).map((view) => view ?? NOTHING)];
      }),
  );
}
