import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { MailConfig, ReportDelivery } from '../../../config/report-deliveries.js';
import type { Log } from '../../../model/log.js';
import { isLoopback } from '../../../model/smtp-url.js';
import type { ChatmartError } from '../../../model/errors.js';
import { ConfigError, UnavailableError } from '../../../model/errors.js';
import { toEnding } from '../../../report/formats/report-format.js';
import { writeReport } from '../../../report/formats/write-report.js';
import { counted } from '../../../model/text.js';

/** A report that is ready to be delivered. */
export interface MadeReport {
  readonly title: string;
  /** On the clocks of the schedule: `2026-03-01`, and its end, not included. */
  readonly period: { readonly from: string; readonly to: string };
  readonly content: string | Uint8Array;
  /** The report as a text, for mail programs that show no HTML. */
  readonly text: string;
}

/** Delivers a report: writes it into its folder, or mails it. Returns where it is. Errors: `ChatmartError`. */
export async function sendReport(delivery: ReportDelivery, made: MadeReport, mail: MailConfig | undefined, log: Log): Promise<string> {
  const file = `${delivery.name}-${made.period.from}${toEnding(delivery.format)}`;
  if ('folder' in delivery.to) {
    const target = path.join(delivery.to.folder, file);
    writeReport(target, made.content);
    if (delivery.keep !== undefined) removeOlder(delivery, delivery.to.folder, delivery.keep, log);
    return target;
  }
  if (mail === undefined) throw new ConfigError('mail-not-configured', `${delivery.name} is to be mailed, but there is no mail server`);
  await mailReport(delivery.to.addresses, { ...made, file, delivery }, mail, log);
  return delivery.to.addresses.join(', ');
}

/** Removes the oldest files of this delivery. Files of any other name stay, whoever wrote them. */
function removeOlder({ name, format }: ReportDelivery, folder: string, keep: number, log: Log): void {
  const ending = toEnding(format);
  const isOwn = (file: string): boolean =>
    file.startsWith(`${name}-`) && file.endsWith(ending) && /^\d{4}-\d\d-\d\d$/.test(file.slice(name.length + 1, -ending.length));
  try {
    const own = readdirSync(folder).filter(isOwn).sort();
    for (const file of own.slice(0, Math.max(0, own.length - keep))) rmSync(path.join(folder, file));
  } catch (error) {
    // The report is there; an old one too many is no reason to write it again.
    log(`older reports of ${name} cannot be removed: ${(error as Error).message}`, { level: 'warning', code: 'old-reports-not-removed' });
  }
}

interface Letter extends MadeReport {
  readonly file: string;
  readonly delivery: ReportDelivery;
}

/** A server that says nothing for this long is away. */
const MAIL_TIMEOUT_MS = 30_000;

async function mailReport(addresses: readonly string[], letter: Letter, mail: MailConfig, log: Log): Promise<void> {
  const { host, port, isTls, user, from, sslrootcert } = mail;
  const read = mail.readPassword();
  if ('missing' in read)
    throw new ConfigError('mail-password-unreadable', read.missing, { state: 'nothing-sent', next: 'Correct the file.' });
  const { password } = read;
  const transport = createTransport({
    ...{ host, port, secure: isTls },
    // Passwords and customers' figures leave this machine encrypted, or not at all.
    ...(isTls || isLoopback(host) ? {} : { requireTLS: true }),
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    tls: { ...(sslrootcert === undefined ? {} : { ca: readAuthority(sslrootcert) }), minVersion: 'TLSv1.2' },
    ...{ connectionTimeout: MAIL_TIMEOUT_MS, greetingTimeout: MAIL_TIMEOUT_MS, socketTimeout: MAIL_TIMEOUT_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    const { accepted, rejected } = await transport.sendMail({ from, to: [...addresses], ...toMail(letter, from) });
    if (rejected.length === 0) return;
    log(
      `${letter.delivery.name}: the mail server refused ${counted(rejected.length, 'address', 'addresses')} and took ${accepted.length}: ${rejected.map(String).join(', ')}`,
      {
        ...{ level: 'warning', code: 'mail-address-refused' },
      },
    );
  } catch (cause) {
    throw toMailError(cause as MailFailure, `${host}:${port}`);
  } finally {
    transport.close();
  }
}

function readAuthority(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigError('mail-tls-failed', `The file of sslrootcert in smtp-url cannot be read: ${(cause as Error).message}`, {
      ...{ cause, state: 'nothing-sent', next: 'Correct its path.' },
    });
  }
}

/** The same period has the same Message-ID, so that mail programs show a repeated mail once. */
function toMail({ title, period, content, text, file, delivery }: Letter, from: string) {
  const id = createHash('sha256')
    .update(JSON.stringify([delivery.name, delivery.to, period]))
    .digest('hex')
    .slice(0, 32);
  const isHtml = delivery.format === 'html' && typeof content === 'string';
  return {
    messageId: `<${id}@${from.split('@')[1]}>`,
    subject: `${title}, ${period.from === period.to ? period.from : `${period.from} to ${period.to}`}`,
    text,
    ...(isHtml ? { html: content } : {}),
    ...(delivery.format === 'table'
      ? {}
      : { attachments: [{ filename: file, content: typeof content === 'string' ? content : Buffer.from(content) }] }),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

interface MailFailure extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** What the operator can do about it: a server that is away, or answers 4xx, comes back; what it refuses has to be changed. */
function toMailError(failure: MailFailure, server: string): ChatmartError {
  const { code, responseCode, message } = failure;
  const options = { cause: failure, state: 'nothing-sent' as const };
  if (code === 'EAUTH')
    return new ConfigError('mail-login-refused', `The mail server ${server} refuses the login: ${message}`, {
      ...options,
      next: 'Correct user and password of smtp-url.',
    });
  if (code === 'ETLS' || /certificate|STARTTLS|SSL|TLS/i.test(message))
    return new ConfigError('mail-tls-failed', `No trusted TLS session with the mail server ${server}: ${message}`, {
      ...options,
      next: 'Name a server with TLS, and, if its certificate is of an own authority, that with ?sslrootcert=FILE.',
    });
  if (responseCode !== undefined && responseCode >= 500)
    return new ConfigError('mail-refused', `The mail server ${server} refuses the mail: ${message}`, {
      ...options,
      next: 'Correct mail-from and the addresses in reports.',
    });
  return new UnavailableError('mail-server-unreachable', `The mail server ${server} does not take the mail: ${message}`, options);
}
