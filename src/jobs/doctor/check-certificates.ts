import { readCertificates, readNamedCertificates, type Certificate } from '../../db/certificates.js';
import { ok, warning, type Diagnosis } from './finding.js';
import type { Patient } from './patient.js';
import { counted } from '../../model/text.js';

const DAY_MS = 86_400_000;

/** Whoever gives certificates may take some weeks. */
const FEW_DAYS = 30;

/** For how long are the certificates of the session that is open now valid? */
export const checkCertificates = ({ connection, clock }: Pick<Patient, 'connection' | 'clock'>): Promise<Diagnosis[]> =>
  Promise.resolve(judgeCertificates(readCertificates(connection), clock()));

/** The same of those in files, where no session can be opened: they may be why. */
export const checkNamedCertificates = ({ url, clock }: Pick<Patient, 'url' | 'clock'>): Diagnosis[] =>
  judgeCertificates(readNamedCertificates(url), clock()).filter(({ severity }) => severity !== 'ok');

/** Of certificates at a time; none of no certificate. */
export function judgeCertificates(certificates: readonly Certificate[], now: Date): Diagnosis[] {
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
      return `our own certificate (${subject})`;
  }
};

const NEXT = {
  server: 'Renew it on the server, and type there: select pg_reload_conf();',
  authority: 'Get the new one of that authority, add it to the file that sslrootcert names, and let the server show one that it signed.',
  client: 'Renew it in the file that sslcert names; the next session reads it.',
} as const;
