import { withConnection, type Connection } from '../../db/connection.js';
import { explainMartError } from '../../mart/schema/explain-mart-error.js';
import { toOperatorError } from '../../db/operator-error.js';
import { isUnavailable, POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { withTransaction } from '../../db/transaction.js';
import { ChatmartError } from '../../model/errors.js';
import { checkNamedCertificates } from './tls.js';
import { warning, type Finding, type Check, type CheckSubject } from './finding.js';

/** The place of what is found in the mart. */
export const MART = 'mart';

/** Who wants to know waits no longer than this for a server, or for an answer. */
const TIMEOUT_MS = 10_000;

/** Opens a session for `work`; that the database is out of reach, or goes away meanwhile, is a finding beside those that were made. */
export async function withSubject(
  place: string,
  { url, clock }: Pick<CheckSubject, 'url' | 'clock'>,
  schema: string | undefined,
  work: (connection: Connection, findings: Finding[]) => Promise<void>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const limits = { connectTimeoutMs: TIMEOUT_MS, statementTimeoutMs: TIMEOUT_MS };
  try {
    await withConnection(
      { url, applicationName: 'chatmart doctor', ...(schema === undefined ? { readsOnly: true } : { schema }), ...limits },
      (connection) => work(connection, findings),
    );
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

/** Lets a subject be looked at, check by check; one that cannot be asked is a finding of its own, and the others are asked all the same. */
export async function runChecks<P extends CheckSubject>(place: string, subject: P, checks: readonly Check<P>[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) findings.push(...(await runCheck(place, name, subject.connection, () => look(subject))));
  return findings;
}

/** The findings of one look, in a transaction of its own that changes nothing. Errors: that the database went away. */
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

/** An error in the operator's words as a finding; a bug stays an error. */
export function toFinding(check: string, place: string, error: unknown): Finding {
  const known = error instanceof ChatmartError ? error : toOperatorError(error);
  if (known === undefined) throw error;
  return {
    ...{ check, place, severity: 'problem', found: known.message, next: known.next ?? null },
    isUnavailable: isUnavailable(known),
  };
}
