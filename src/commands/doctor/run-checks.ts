import { withConnection, type Connection, type ConnectOptions } from '../../db/connection.js';
import { explainMartError } from '../../mart/schema/explain-mart-error.js';
import { toOperatorError } from '../../db/operator-error.js';
import { isUnavailable, POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { withTransaction } from '../../db/transaction.js';
import { ChatmartError } from '../../model/errors.js';
import { checkNamedCertificates } from './tls.js';
import { warning, type Finding, type Check, type CheckSubject } from './finding.js';

/** The place of findings in the mart. */
export const MART = 'mart';

/** The doctor waits no longer than this for a connection or an answer. */
const TIMEOUT_MS = 10_000;

/** Opens a session for `work`. A database that is out of reach, or lost meanwhile, becomes a finding beside those already made. */
export async function withSubject(
  place: string,
  { url, clock }: Pick<CheckSubject, 'url' | 'clock'>,
  purpose: Pick<ConnectOptions, 'schema' | 'idb'>,
  work: (connection: Connection, findings: Finding[]) => Promise<void>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const limits = { connectTimeoutMs: TIMEOUT_MS, statementTimeoutMs: TIMEOUT_MS };
  try {
    await withConnection({ url, applicationName: 'chatmart doctor', ...purpose, ...limits }, (connection) => work(connection, findings));
  } catch (error) {
    const hasOpened = findings.length > 0;
    findings.push(toFinding('connection', place, error));
    if (!hasOpened)
      findings.push(
        ...checkNamedCertificates({ url, clock }).map((each) => ({ check: 'certificates', place, ...each, isUnavailable: false })),
      );
  }
  return findings;
}

/** Runs the checks of a subject in turn. A check that cannot be answered becomes a finding of its own; the others still run. */
export async function runChecks<P extends CheckSubject>(place: string, subject: P, checks: readonly Check<P>[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) findings.push(...(await runCheck(place, name, subject.connection, () => look(subject))));
  return findings;
}

/** The findings of one check, in a read-only transaction of its own. Throws if the database is lost. */
export async function runCheck(
  place: string,
  check: string,
  connection: Connection,
  look: () => Promise<readonly Pick<Finding, 'severity' | 'found' | 'next'>[]>,
): Promise<Finding[]> {
  const toFindings = (found: readonly Pick<Finding, 'severity' | 'found' | 'next'>[]): Finding[] =>
    found.map((result) => ({ check, place, ...result, isUnavailable: false }));
  try {
    return toFindings(await withTransaction(connection, look, 'read committed read only'));
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (postgresCode(error) === POSTGRES_CODE.queryCanceled)
      return toFindings([
        warning(`no answer within ${TIMEOUT_MS / 1000} s`, 'Create the indexes that are reported missing, and run chatmart doctor again.'),
      ]);
    return [toFinding(check, place, place === MART ? await explainMartError(connection, error) : error)];
  }
}

/** An operator error as a finding; a bug stays an error. */
export function toFinding(check: string, place: string, error: unknown): Finding {
  const known = error instanceof ChatmartError ? error : toOperatorError(error);
  if (known === undefined) throw error;
  return {
    ...{ check, place, severity: 'problem', found: known.message, next: known.next ?? null },
    isUnavailable: isUnavailable(known),
  };
}
