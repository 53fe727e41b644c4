import { readCertificates, readNamedCertificates, type Certificate } from '../../db/certificates.js';
import { queryRow } from '../../db/connection.js';
import { serverOf } from '../../db/open-session.js';
import { parseDatabaseUrl } from '../../model/database-url.js';
import { counted } from '../../model/text.js';
import { isLocalHost, toTlsSettings } from '../../model/tls-settings.js';
import { note, ok, warning, type CheckResult, type CheckSubject } from './finding.js';

/** Is the open session encrypted, and did the server have to prove its identity? */
export async function checkTls({ connection, url }: Pick<CheckSubject, 'connection' | 'url'>): Promise<CheckResult[]> {
  const { ssl, version, cipher } = await queryRow<{ ssl: boolean; version: string | null; cipher: string | null }>(connection, {
    text: 'select ssl, version, cipher from pg_stat_ssl where pid = pg_backend_pid()',
  });
  return [judgeTls(url, ssl ? `${version} with ${cipher}` : null, serverOf(connection).host)];
}

/** Judges the encryption of a session (null: none) to one of its URL's hosts. */
export function judgeTls(url: string, encryption: string | null, host: string): CheckResult {
  const { mode } = toTlsSettings(parseDatabaseUrl(url).parameters, host);
  if (encryption === null)
    return isLocalHost(host)
      ? ok(`the session with ${host} is not encrypted; it does not leave this machine`)
      : warning(
          `the session with ${host} is not encrypted (sslmode ${mode}); anyone on the network path can read passwords and customer data`,
          'Install a certificate on the server, and write sslmode=verify-full into that URL.',
        );
  if (mode === 'verify-full') return ok(`the session with ${host} is encrypted (${encryption}), its certificate verified`);
  const found = `the session with ${host} is encrypted (${encryption}), but sslmode ${mode} does not verify the server`;
  const next = 'Write sslmode=verify-full into that URL, and sslrootcert=/path/ca.crt if the authority is your own.';
  return isLocalHost(host) ? note(`${found} on this machine`) : warning(found, next);
}

const DAY_MS = 86_400_000;

/** Getting a new certificate may take weeks. */
const FEW_DAYS = 30;

/** How long are the certificates of the open session still valid? */
export const checkCertificates = ({ connection, clock }: Pick<CheckSubject, 'connection' | 'clock'>): Promise<CheckResult[]> =>
  Promise.resolve(judgeCertificates(readCertificates(connection), clock()));

/** The same for certificates in files, where no session can be opened: they may be the reason. */
export const checkNamedCertificates = ({ url, clock }: Pick<CheckSubject, 'url' | 'clock'>): CheckResult[] =>
  judgeCertificates(readNamedCertificates(url), clock()).filter(({ severity }) => severity !== 'ok');

/** Judges certificates at a time; no findings without a certificate. */
export function judgeCertificates(certificates: readonly Certificate[], now: Date): CheckResult[] {
  const judged = certificates.map((certificate) => ({
    certificate,
    days: Math.floor((certificate.validUntil.getTime() - now.getTime()) / DAY_MS),
  }));
  const ending = judged.filter(({ days }) => days < FEW_DAYS);
  if (ending.length > 0)
    return ending.map(({ certificate, days }) => {
      const { kind, validUntil } = certificate;
      const end = validUntil.toISOString().slice(0, 10);
      return warning(
        `${toText(certificate)} ${days < 0 ? `expired on ${end}` : `expires on ${end}, in ${days} ${days === 1 ? 'day' : 'days'}`}`,
        NEXT[kind],
      );
    });
  const first = judged.reduce<(typeof judged)[number] | undefined>(
    (least, each) => (least === undefined || each.days < least.days ? each : least),
    undefined,
  );
  return first === undefined ? [] : [ok(`its certificates are valid for ${counted(first.days, 'day')} or longer`)];
}

const toText = ({ kind, subject }: Certificate): string => {
  switch (kind) {
    case 'server':
      return `the certificate of the server (${subject})`;
    case 'authority':
      return `the certificate of the authority that signed it (${subject})`;
    case 'client':
      return `the client certificate (${subject})`;
  }
};

const NEXT = {
  server: 'Renew it on the server, then run there: select pg_reload_conf();',
  authority:
    "Get the authority's new certificate, add it to the file that sslrootcert names, and install a server certificate that it signed.",
  client: 'Renew it in the file that sslcert names; the next session reads it.',
} as const;
