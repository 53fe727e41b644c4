import { queryRow } from '../../db/connection.js';
import { serverOf } from '../../db/open-session.js';
import { parseDatabaseUrl } from '../../model/database-url.js';
import { isLocalHost, toTlsSettings } from '../../model/tls-settings.js';
import { note, ok, warning, type Diagnosis } from './finding.js';
import type { Patient } from './patient.js';

/** Is the session that is open now encrypted, and was the server made to prove who it is? */
export async function checkTls({ connection, url }: Pick<Patient, 'connection' | 'url'>): Promise<Diagnosis[]> {
  const { ssl, version, cipher } = await queryRow<{ ssl: boolean; version: string | null; cipher: string | null }>(connection, {
    text: 'select ssl, version, cipher from pg_stat_ssl where pid = pg_backend_pid()',
  });
  return [judgeTls(url, ssl ? `${version} with ${cipher}` : null, serverOf(connection).host)];
}

/** Of the URL of a session, how it is encrypted (null: it is not), and at which of the URL's hosts it is. */
export function judgeTls(url: string, encryption: string | null, host: string): Diagnosis {
  const { mode } = toTlsSettings(parseDatabaseUrl(url).parameters, host);
  if (encryption === null)
    return isLocalHost(host)
      ? ok(`the session with ${host} is not encrypted; it does not leave this machine`)
      : warning(
          `the session with ${host} is not encrypted (sslmode ${mode}): whoever is between reads passwords and customers' data`,
          'Give the server a certificate, and write sslmode=verify-full into that URL.',
        );
  if (mode === 'verify-full') return ok(`the session with ${host} is encrypted (${encryption}), its certificate verified`);
  const found = `the session with ${host} is encrypted (${encryption}), but sslmode ${mode} lets it be anybody`;
  const next = 'Write sslmode=verify-full into that URL, and sslrootcert=/path/ca.crt where the authority is your own.';
  return isLocalHost(host) ? note(`${found} on this machine`) : warning(found, next);
}
