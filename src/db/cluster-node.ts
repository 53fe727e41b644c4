import { UnavailableError, type State } from '../model/errors.js';

// Citus says in English, whatever the language of the server, on which node something failed: in the message if it could not be reached,
// else in the context of what the node itself said.

const UNREACHED =
  /(?:connection to the remote node \S*@|connection marked as essential: |connections to the node |establishment for node |connect to |COPY (?:to shard \d+ )?on |send query to |Last node failed |transaction '[^']*' on host |commit transaction on |from node )(\S+:\d+)/;
const SAID_BY_NODE = /while executing command on (\S+:\d+)/;
/** No node is named where all nodes with a copy were tried. */
const NONE_REACHED = /^could not (?:connect to any active placements|find any healthy placement)/;

/** What libpq says of a session on a node that broke off; Citus then has no code from the node. */
const BROKEN_OFF =
  /SSL SYSCALL error|SSL connection has been closed|server closed the connection|could not (?:receive|send) data|no connection to the server|connection not open|invalid socket|connection lost/;

/** What a server sends with an error. */
interface ServerError {
  readonly code?: unknown;
  readonly severity?: unknown;
  readonly where?: unknown;
  readonly detail?: unknown;
  readonly routine?: unknown;
}

const said = (error: unknown): (Error & ServerError) | undefined =>
  error instanceof Error && typeof (error as ServerError).severity === 'string' ? error : undefined;

/** The node of a cluster where a statement failed, as `host:port`; undefined: the session's own server, or not known. */
export function nodeOf(error: unknown): string | undefined {
  const { where, message = '' } = said(error) ?? {};
  return (UNREACHED.exec(message) ?? SAID_BY_NODE.exec(typeof where === 'string' ? where : ''))?.[1];
}

/** Whether a node of a cluster cannot be reached, stopped, or broke off, while the session itself goes on. */
export function isNodeAway(error: unknown): boolean {
  const from = said(error);
  if (from === undefined) return false;
  const { code, message, where } = from;
  if (UNREACHED.test(message) || NONE_REACHED.test(message)) return true;
  if (typeof where !== 'string' || !SAID_BY_NODE.test(where)) return false;
  return /^(08...|57P0.)$/.test(String(code)) || (code === 'XX000' && BROKEN_OFF.test(message));
}

/**
 * Whether a node refused a row that was copied to it. Citus then drops the node's code and its names of table and constraint, and keeps its
 * detail, which names the row; a full disk or an ended statement has none.
 */
export function isRowRefusedByNode(error: unknown): boolean {
  const { code, detail, routine } = said(error) ?? {};
  return code === 'XX000' && routine === 'ReportCopyError' && typeof detail === 'string';
}

/** Nodes of a cluster do not answer. `nodes`: each as `host:port`, and why. */
export function toNodeAwayError(nodes: string, state: State, cause?: unknown): UnavailableError {
  return new UnavailableError('node-away', `The cluster of the mart cannot use its node ${nodes}`, {
    cause,
    state,
    next: 'Start that node, or mend its network. If its server has moved, call citus_update_node on the coordinator as a superuser.',
    again: 'when the node is back',
  });
}

/** The part of Citus's message that says why; libpq's further lines are questions. */
export const toNodeReason = (message: string): string =>
  message
    .replace(/^connection to the remote node \S+ failed(?: with the following error: )?/, '')
    .split('\n')[0]!
    .trim() || 'it does not answer';
