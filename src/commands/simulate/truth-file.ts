import { ConfigError, type Advice } from '../../model/errors.js';
import type { SessionStatistics } from '../../simulate/observe/session-kvps.js';
import type { Party, SessionEvent, Timeline } from '../../simulate/play/timeline.js';
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** A session's timeline as a line of JSON without line end; its shape is specs/schema/truth.schema.json. */
export function toTruthLine(timeline: Timeline, statistics: SessionStatistics): string {
  const ids = new Map<Party, string>();
  const events = timeline.events.map((event) => toTruthEvent(event, ids));
  return JSON.stringify({
    interactionId: timeline.interactionId,
    chatSessionId: timeline.chatSessionId,
    tenantId: timeline.tenantId,
    mediaType: timeline.mediaType,
    mediaOrigin: timeline.mediaOrigin,
    languageName: timeline.languageName,
    asyncMode: timeline.asyncMode,
    botGateway: timeline.botGateway,
    statistics,
    inactivity: timeline.inactivity,
    start: timeline.start,
    parties: [...ids].map(([{ role }, id]) => ({ id, role })),
    events,
  });
}

/** Time and kind first; parties by id, p1 being the first to appear. */
function toTruthEvent(event: SessionEvent, ids: Map<Party, string>): object {
  const { at, kind, ...rest } = event;
  if (!('party' in rest)) return { at, kind, ...rest };
  const { party, ...more } = rest;
  const id = ids.get(party) ?? `p${ids.size + 1}`;
  ids.set(party, id);
  return { at, kind, party: id, ...more };
}

const PIECE_CHARACTERS = 1024 * 1024;

/**
 * Passes `work` a function that writes a line. The file appears, complete, only when `work` has succeeded. An existing file is never
 * replaced: it may be the only record of sessions that are still in an IDB.
 */
export async function withTruthFile<T>(file: string, work: (write: (line: string) => void) => Promise<T>): Promise<T> {
  if (existsSync(file)) throw toExistsError(file, { state: 'nothing-written', next: EXISTS_NEXT });
  const part = `${file}.part`;
  const descriptor = openPart(part);
  try {
    const result = await writeLines(descriptor, work);
    publish(part, file);
    return result;
  } finally {
    closeSync(descriptor);
    rmSync(part, { force: true });
  }
}

async function writeLines<T>(descriptor: number, work: (write: (line: string) => void) => Promise<T>): Promise<T> {
  let text = '';
  const result = await work((line) => {
    text += `${line}\n`;
    if (text.length < PIECE_CHARACTERS) return;
    writeFileSync(descriptor, text);
    text = '';
  });
  writeFileSync(descriptor, text);
  return result;
}

/** Unlike a rename, a link fails if another process has created the file meanwhile. */
function publish(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw toExistsError(file, {
        state: 'work-done',
        next: `The truth of these sessions was not written: another process made the file meanwhile. ${EXISTS_NEXT}`,
        cause,
      });
    // The file system has no hard links.
    renameSync(part, file);
  }
}

const EXISTS_NEXT = 'Name another file, or delete this one if its sessions are no longer needed.';

const toExistsError = (file: string, advice: Advice & { readonly cause?: unknown }): ConfigError =>
  new ConfigError('truth-file-exists', `--truth ${file}: the file already exists`, advice);

function openPart(part: string): number {
  try {
    return openSync(part, 'wx');
  } catch (cause) {
    throw new ConfigError('truth-file-unwritable', `--truth: ${part} cannot be created: ${(cause as Error).message}`, {
      cause,
      state: 'nothing-written',
      next: 'Name a file in an existing folder. Delete the .part file if no other simulate is writing it.',
    });
  }
}
