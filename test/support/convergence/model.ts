import { rowsOfView, viewOfRows, isMapped, type SessionView } from './session-of-rows.js';
import { EMPTY_CALLID, OWN } from './sample-rows.js';

/** A row of the IDB. */
export interface ModelRow {
  readonly id: number;
  readonly callid: string;
  readonly keyname: string;
  value: string | null;
  readonly addedTs: number;
  /** When it was inserted and when it was last written, in steps of the history. */
  readonly insertedAt: number;
  writtenAt: number;
  /** Ordered as the numbers of the transactions that wrote last. */
  transaction: number;
  /** Whether a run has certainly read it (`seen`) or may have (`maybe`); `missed`: it came before the mart knew its key. */
  known: 'unseen' | 'maybe' | 'seen' | 'missed';
  /** Written, or updated in place, under an id so low that only the daily window is certain to find it. */
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

/** A transaction that is still open. */
export interface OpenTransaction {
  /** Undefined: it has written nothing yet, so it has no number. */
  firstWriteAt: number | undefined;
  readonly changes: Change[];
  /** Its savepoints: the number of changes before each, and the transaction number of later writes once there are any. */
  readonly savepoints: { readonly changes: number; transaction: number | undefined }[];
}

type Views = readonly (SessionView | undefined)[];

/** How ids are drawn and searched. */
export interface IdKind {
  /** Distance from one id to the next. */
  readonly step: number;
  /** How far below the mark a run looks; undefined for the default. */
  readonly slack: number | undefined;
  /** Whether the slack is so wide that every update in place is found at once. */
  readonly isSlackWide: boolean;
}

/** What is true while a history is played: plain maps, and none of the loader's rules. */
export interface Model {
  /** Time on the clocks of the run and of ICON, epoch seconds. */
  nowTs: number;
  /** Counts the events of the history. */
  step: number;
  /** Committed rows by id. */
  readonly rows: Map<number, ModelRow>;
  readonly writers: (OpenTransaction | undefined)[];
  readonly prepared: Map<string, OpenTransaction>;
  /** The last run that started, and whether a run was broken off since the last one that was not. */
  lastRun: { readonly at: number; readonly ts: number; readonly wasBroken: boolean };
  readonly ids: IdKind;
  /** What the mart may hold of each interaction after the last run; several views only if a run was disturbed. */
  readonly views: Map<string, Views>;
  /** Interactions with purged rows. */
  readonly purged: Set<string>;
  /** Whether rows that name no interaction may have been read and are gone. */
  hasLostNameless: boolean;
  /** The rows of a copy of the IDB. */
  copy: readonly ModelRow[] | undefined;
  /** The rows of a table that may be attached to the IDB; `attached` counts the tables that were. */
  beside: ModelRow[];
  attached: number;
  /** The smallest id that a writer has chosen itself; 1 if none has. */
  smallestId: number;
  /** The last run examined had stopped trusting ids: it read in time order, while earlier runs did not. */
  isByTime: boolean;
  /** The mart knows of its own key. */
  hasOwnKey: boolean;
  /** The mart keeps a calendar. */
  hasCalendar: boolean;
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
  hasOwnKey: false,
  hasCalendar: false,
});

export const openTransactions = (model: Model): OpenTransaction[] => [
  ...model.writers.filter((transaction) => transaction !== undefined),
  ...model.prepared.values(),
];

/** Adds changes to a transaction, or commits them at once. */
export function change(model: Model, transaction: OpenTransaction | undefined, changes: readonly Change[]): void {
  if (transaction === undefined) applyChanges(model, changes);
  else {
    transaction.firstWriteAt ??= model.step;
    transaction.changes.push(...changes);
  }
}

/**
 * The number of the transaction that writes now: drawn at its first write, and again after each savepoint. Numbers are steps of the
 * history; within one step the outer transaction draws first.
 */
export function drawTransaction(model: Model, transaction: OpenTransaction | undefined): number {
  if (transaction === undefined) return model.step;
  transaction.firstWriteAt ??= model.step;
  let number = transaction.firstWriteAt;
  for (const [depth, savepoint] of transaction.savepoints.entries()) number = savepoint.transaction ??= model.step + (depth + 1) / 100;
  return number;
}

/** Makes the changes of a transaction visible. */
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

/** Whether a row is about a key that the mart knows. */
const isKnown = ({ hasOwnKey }: Model, { keyname }: Pick<ModelRow, 'keyname'>): boolean =>
  isMapped(keyname) || (hasOwnKey && keyname === OWN.key);

/** The mart learns of its own key: rows that are there were read without it. */
export function addOwnKey(model: Model): void {
  for (const row of model.rows.values()) if (row.keyname === OWN.key) row.known = 'missed';
  model.hasOwnKey = true;
}

/** Rows that came before the mart knew their key have been read again, and no transaction is open. */
export function noteHistoryFilled(model: Model): void {
  for (const row of model.rows.values()) if (row.known === 'missed') row.known = 'unseen';
  noteReading(model, true);
}

/** Committed rows of an interaction about known keys, oldest first. */
export const rowsOf = (model: Model, callid: string): ModelRow[] =>
  [...model.rows.values()].filter((row) => row.callid === callid && isKnown(model, row)).sort((left, right) => left.id - right.id);

/** The same where ids are not trusted: by ADDED_TS, then by transaction, then by id. */
export const byTime = (rows: readonly ModelRow[]): ModelRow[] =>
  [...rows].sort((left, right) => left.addedTs - right.addedTs || left.transaction - right.transaction || left.id - right.id);

/** Rows that may be updated in place now, because no open transaction holds them. */
export function updatableRows(model: Model): ModelRow[] {
  const held = heldRows(model);
  return [...model.rows.values()].filter((row) => row.value !== null && isKnown(model, row) && !held.has(row.id));
}

/** Without slack, an update in place is found at once only if no run has started since the row was inserted; else by the daily window. */
export const isHiddenUpdate = (model: Model, row: ModelRow): boolean => !model.ids.isSlackWide && row.insertedAt <= model.lastRun.at;

/** Rows that open transactions have updated. */
const heldRows = (model: Model): Set<number> =>
  new Set(openTransactions(model).flatMap(({ changes }) => changes.flatMap((each) => (each.kind === 'update' ? each.id : []))));

/** Whether rows of an interaction may be purged now: the mart's knowledge of it must be certain and none of its rows locked. */
export function isPurgeable(model: Model, callid: string): boolean {
  const rows = rowsOf(model, callid);
  const held = heldRows(model);
  return (
    callid !== EMPTY_CALLID && rows.length > 0 && rows.every(({ id, known }) => known !== 'maybe' && known !== 'missed' && !held.has(id))
  );
}

/** Purges the rows of an interaction up to an id. */
export function purge(model: Model, callid: string, untilId: number): void {
  for (const row of [...model.rows.values()]) if (row.callid === callid && row.id <= untilId) model.rows.delete(row.id);
  model.purged.add(callid);
}

/** Copies the IDB's rows. */
export function copyRows(model: Model): void {
  model.copy = [...model.rows.values()].map((row) => ({
    ...row,
    writtenAt: model.step,
    transaction: model.step,
    known: 'unseen',
    isHidden: false,
  }));
}

/** The copy replaces the IDB's table: to the mart this looks as if newer rows had been purged. */
export function restoreRows(model: Model): void {
  for (const { callid } of model.rows.values())
    if (callid === EMPTY_CALLID) model.hasLostNameless = true;
    else model.purged.add(callid);
  model.rows.clear();
  for (const row of model.copy ?? []) model.rows.set(row.id, row);
  model.copy = undefined;
}

/** Attaches the separate table to the IDB as it is. */
export function attachBeside(model: Model): void {
  for (const row of model.beside) model.rows.set(row.id, { ...row, insertedAt: model.step, writtenAt: model.step });
  model.beside = [];
  model.attached++;
}

const DAY = 86_400;

/** Notes that a run has started and how it ended, and what the mart may know now. */
export function noteRun(model: Model, how: 'undisturbed' | 'disturbed' | 'broken'): void {
  noteReading(model, how === 'undisturbed');
  model.lastRun = { at: model.step, ts: model.nowTs, wasBroken: how === 'broken' || (how === 'disturbed' && model.lastRun.wasBroken) };
}

/** Notes a read: certainly all that a run must read, or possibly only some of it. */
export function noteReading(model: Model, isSure: boolean): void {
  const bound = Math.min(...openTransactions(model).map(({ firstWriteAt }) => firstWriteAt ?? Infinity));
  const isDaily = !model.lastRun.wasBroken && model.nowTs - model.lastRun.ts >= DAY;
  const isCertain = (row: ModelRow): boolean => row.known !== 'missed' && isSure && row.writtenAt < bound && (isDaily || !row.isHidden);
  for (const callid of new Set([...model.rows.values()].map((row) => row.callid))) {
    const rows = rowsOf(model, callid);
    const unread = rows.filter(({ known }) => known !== 'seen');
    if (rows.length === 0 || (unread.length === 0 && !model.purged.has(callid))) continue;
    const before = model.views.get(callid) ?? [undefined];
    const after = distinct(ordersOf(model, rows).flatMap((ordered) => readAgain(callid, before, ordered)));
    model.views.set(callid, distinct(unread.length > 0 && unread.every(isCertain) ? after : [...before, ...after]));
    for (const row of unread)
      if (isCertain(row)) Object.assign(row, { known: 'seen', isHidden: false });
      else if (row.known !== 'missed') row.known = 'maybe';
  }
}

/** The orders in which rows may have been read. */
const ordersOf = ({ isByTime }: Model, rows: readonly ModelRow[]): (readonly ModelRow[])[] => (isByTime ? [byTime(rows), rows] : [rows]);

/** The views after all existing rows are read, once or more; of a session without a fact, not everything is kept. */
function readAgain(callid: string, views: Views, rows: readonly ModelRow[]): Views {
  const again = (view: SessionView | undefined) =>
    viewOfRows(callid, [...(view === undefined ? [] : rowsOfView(view)), ...rows]) ?? (view === undefined ? undefined : GONE);
  const once = distinct(views.map(again));
  return distinct([...once, ...once.map(again)]);
}

/** Whether an update in place may not have been found yet. */
export const hasHiddenRows = (model: Model): boolean => [...model.rows.values()].some(({ isHidden }) => isHidden);

const distinct = (views: Views): Views => [...new Map(views.map((view) => [JSON.stringify(view), view])).values()];

/** Whether a row of an interaction may not have been read yet. */
export const isUncertain = (model: Model, callid: string): boolean => rowsOf(model, callid).some(({ known }) => known !== 'seen');

/** What is on record of an interaction of which only own keys are left, and no key that the mart held. */
const GONE: SessionView = { fact: null, discards: [{ code: 15, keyname: null, raw: null }] };

/** The mart knows nothing of rows that were gone before any run read them. */
const NOTHING: SessionView = { fact: null, discards: [] };

/** For each interaction of which all rows have been read, the views of which the mart must hold one. */
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
