import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import type { Log } from '../model/log.js';
import type { SessionWait } from './session-wait.js';

const waitLogs = new AsyncLocalStorage<Log>();

/** Tells a log for what the sessions wait that are opened in the course of `work`, on whatever server. */
export const tellWaitsTo = <T>(log: Log, work: () => Promise<T>): Promise<T> => waitLogs.run(log, work);

/** Whom a session that is opened now tells of its waits; undefined: nobody. */
export const currentWaitLog = (): Log | undefined => waitLogs.getStore();

/** Who a session is, and to whom its waits are told. */
export interface ToldSession {
  readonly url: string;
  /** As the server shows it. */
  readonly application: string;
  readonly identity: { readonly pid: number };
  /** After so long without an answer it is told for what the session waits, and to whom; undefined: to nobody. */
  readonly waitToldMs: number;
  readonly waitLog?: Log | undefined;
}

/** How long after a wait was told it is told again: the second time, and all others. */
const TELL_AGAIN_MS = [60_000, 300_000] as const;

/** A server that is at work on a statement is told only when that has taken so long. */
const WORK_TOLD_MS = 60_000;

/** Sessions that are known to wait for a standby: what they committed is done on their server. */
const waitingForStandby = new Set<pg.Client>();

/** Whether a session of this process is known to wait for a synchronous standby: ending it takes nothing back. */
export const isWaitingForStandby = (): boolean => waitingForStandby.size > 0;

/** Whether a session that is lost was known to wait so. */
export const forgetStandbyWait = (client: pg.Client): boolean => waitingForStandby.delete(client);

/** Tells for what a session waits: soon, and then now and then; and that the wait is over. */
export class WaitTeller {
  private toldAtMs = 0;
  private times = 0;

  constructor(
    private readonly client: pg.Client,
    private readonly stream: Socket,
    private readonly session: ToldSession,
  ) {}

  /** Whether it is time to ask for what the session waits, which has been quiet for so long. */
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
    waitLog?.(`${level === 'info' ? '' : 'warning: '}${line}${next === null ? '' : `. ${next}`}`, { code: 'waiting', level, data });
  }

  private isOver(): void {
    const { waitLog, application } = this.session;
    waitingForStandby.delete(this.client);
    this.times = 0;
    waitLog?.(`${application}: the wait is over`, { code: 'wait-over', level: 'info' });
  }
}
