import { withConnection, type Connection } from '../db/connection.js';
import { isRunLockTaken, tryRunLock } from '../db/writer-lock.js';
import { BusyError } from '../model/errors.js';
import { SOURCE_NAME } from '../model/source-name.js';

/** Keeps other runs away from the source until the session ends. Errors: `BusyError` when one is at work. */
export async function takeRunLock(mart: Connection, martSchema: string): Promise<void> {
  if (!(await tryRunLock(mart, martSchema, SOURCE_NAME))) throw toRunInProgress(martSchema);
}

/**
 * Throws BusyError while another run is at work. It takes nothing, so that two that look at the same moment do not keep each other away;
 * `takeRunLock` still decides.
 */
export async function refuseSecondRun({ martUrl, martSchema }: { readonly martUrl: string; readonly martSchema: string }): Promise<void> {
  const isTaken = await withConnection({ url: martUrl, applicationName: 'chatmart run', schema: martSchema }, (mart) =>
    isRunLockTaken(mart, martSchema, SOURCE_NAME),
  );
  if (isTaken) throw toRunInProgress(martSchema);
}

const toRunInProgress = (martSchema: string): BusyError =>
  new BusyError('run-in-progress', `Another run is loading source ${SOURCE_NAME} into schema ${martSchema}`, {
    hint: 'Nothing was read and nothing written. Let it finish; the lock goes with its process, however that ends.',
  });
