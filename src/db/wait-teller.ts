import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import type { Log } from '../model/log.js';
import type { SessionWait } from './session-wait.js';

const waitLogs = new AsyncLocalStorage<Log>();

/** Logs what sessions opened during `work` wait for, on any server. */
export const tellWaitsTo = <T>(log: Log, work: () => Promise<T>): Promise<T> => waitLogs.run(log, work);

/** The log for the waits of a session opened now; undefined: none. */
export const currentWaitLog = (): Log | undefined => waitLogs.getStore();

/** A session and the log for its waits. */
export interface ToldSession {
  readonly url: string;
  /** Application name on the server. */
  readonly application: string;
  readonly identity: { readonly pid: number };
  /** Time without an answer after which the wait is logged, and the log; undefined: not logged. */
  readonly waitToldMs: number;
  readonly waitLog?: Log | undefined;
}

/** Time until a wait is logged again: the second time, and each later time. */
const TELL_AGAIN_MS = [60_000, 300_000] as const;

/** A server working on a statement is logged only after this time. */
const WORK_TOLD_MS = 60_000;

/** Sessions known to wait for a standby: their commits are complete on their own server. */
const waitingForStandby = new Set<pg.Client>();

/** Whether a session of this process is known to wait for a synchronous standby; ending it undoes nothing. */
export const isWaitingForStandby = (): boolean => waitingForStandby.size > 0;

/** Whether a lost session was known to wait for one. */
export const forgetStandbyWait = (client: pg.Client): boolean => waitingForStandby.delete(client);

/** Logs what a session waits for: soon, then from time to time, and when the wait is over. */
export class WaitTeller {
  private toldAtMs = 0;
  private times = 0;

  constructor(
    private readonly client: pg.Client,
    private readonly stream: Socket,
    private readonly session: ToldSession,
  ) {}

  /** Whether to ask now what the session waits for, given how long it has been silent. */
  wants(quietMs: number): boolean {
    const { waitLog, waitToldMs } = this.session;
    if (waitLog === undefined || quietMs < waitToldMs) return false;
    return this.times === 0 || quietMs - this.toldAtMs >= TELL_AGAIN_MS[Math.min(this.times, TELL_AGAIN_MS.length) - 1]!;
  }

  tell({ kind, text, next }: SessionWait, quietMs: number): void {
    if (kind === 'work' && quietMs < WORK_TOLD_MS) return;
    const { waitLog, url, application, identity } = this.session;
    if (kind === 'standby') waitingForStandby.add(this.client);
    if (this.times === 0) this.stream.once('data', () => this.isOver());
    this.times++;
    this.toldAtMs = quietMs;
    const level = kind === 'work' ? 'info' : 'warning';
    const seconds = Math.round(quietMs / 1000);
    const line = `${application} (process ${identity.pid} of ${toPrintableUrl(url)}) has waited for ${seconds} s: ${text}`;
    const data = { seconds, pid: identity.pid, kind };
    waitLog?.(`${line}${next === null ? '' : `. ${next}`}`, { code: 'waiting', level, data });
  }

  private isOver(): void {
    const { waitLog, application } = this.session;
    waitingForStandby.delete(this.client);
    this.times = 0;
    waitLog?.(`${application}: the wait is over`, { code: 'wait-over', level: 'info' });
  }
}
