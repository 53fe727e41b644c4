import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WEEKS, type Weeks } from '../model/time-preset.js';
import { parseTimeOfDay } from '../model/local-time.js';
import { readSmtpUrl } from '../model/smtp-url.js';
import type { FindSetting, FoundSetting } from './find-setting.js';
import { findCredential, readPassword, readPasswords, type PasswordFile } from './read-passwords.js';
import { isWholeNumber, toList, unknownField } from './setting-lists.js';
import { toEnvironmentName } from './settings.js';

/** A report that `schedule` makes for each period that is over, once. */
export interface ReportDelivery {
  /** What distinguishes it from the others: what of it was delivered is on record under this name, and files are called after it. */
  readonly name: string;
  readonly report: string;
  readonly preset: (typeof DELIVERED_PRESETS)[number];
  readonly weeks: Weeks;
  /** Names of attributes; undefined: the report's own. */
  readonly by: readonly string[] | undefined;
  readonly format: (typeof DELIVERED_FORMATS)[number];
  /** A cron expression of five fields, by the clocks of the schedule. */
  readonly at: string;
  readonly to: { readonly folder: string } | { readonly addresses: readonly string[] };
  /** How many of its files stay in the folder; undefined: all. */
  readonly keep: number | undefined;
}

/** Where mail goes, and from whom. */
export interface MailConfig {
  readonly from: string;
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly user: string | undefined;
  /** Reads it where it is, each time: a function is in no log and no hash. */
  readonly readPassword: () => { readonly password: string | undefined } | { readonly missing: string };
  readonly sslrootcert: string | undefined;
}

/** Periods that are over when they are resolved; others would be delivered while they change. */
export const DELIVERED_PRESETS = [
  'yesterday',
  'last-week',
  'last-month',
  'last-quarter',
  'last-year',
  'last-7-days',
  'last-30-days',
] as const;

export const DELIVERED_FORMATS = ['html', 'xlsx', 'csv', 'json', 'table'] as const;

const FIELDS = ['name', 'report', 'preset', 'weeks', 'by', 'format', 'at', 'to', 'keep'] as const;

const MOST_DELIVERIES = 100;

/** A file is never deleted because a number was mistyped. */
const MOST_KEPT = 10_000;

/** Reads the reports to deliver; adds what is wrong with them, with the place of each, to `problems`. `schedule` knows which reports there are. */
export const toReportDeliveries = (found: FoundSetting | undefined, problems: string[]): ReportDelivery[] | undefined =>
  toList(
    found,
    {
      ...{ entries: '{"report", "preset", "at", "to"}', things: 'report', most: MOST_DELIVERIES },
      read: (entry) => toReportDelivery(entry, found?.folder ?? ''),
      repeats: ({ name }, earlier) =>
        earlier.some((other) => other.name === name)
          ? `name ${JSON.stringify(name)} is used twice; give one of them another "name"`
          : undefined,
    },
    problems,
  );

const NAME = /^[a-z0-9][a-z0-9_-]{0,79}$/;

/** A delivery, or all that is wrong with it. */
function toReportDelivery(entry: unknown, folder: string): ReportDelivery | string {
  const fields = entry as Readonly<Record<(typeof FIELDS)[number], unknown>>;
  const unknown = unknownField(fields, FIELDS);
  const { report, format = 'html', weeks = 'info-mart', keep } = fields;
  const preset = DELIVERED_PRESETS.find((each) => each === fields.preset);
  const name = fields.name ?? `${String(report)}-${preset}`;
  const by = fields.by === undefined ? undefined : toTexts(fields.by);
  const shape = DELIVERED_FORMATS.find((each) => each === format);
  const kind = WEEKS.find((each) => each === weeks);
  const at = toCron(fields.at);
  const to = toPlace(fields.to, folder);
  const isReport = typeof report === 'string' && NAME.test(report);
  const isNamed = typeof name === 'string' && NAME.test(name);
  const isKept = keep === undefined || isWholeNumber(keep, MOST_KEPT);
  const wrong = [
    ...(unknown === undefined ? [] : [unknown]),
    ...(isReport ? [] : ['report must be the name of a report, such as chat-termination']),
    ...(preset !== undefined ? [] : [`preset must be a period that is over: ${DELIVERED_PRESETS.join(', ')}`]),
    ...(isNamed || fields.name === undefined ? [] : ['name must be lower-case letters, digits, _ and -, at most 80']),
    ...(fields.by === undefined || by !== undefined ? [] : ['by must be a list of attributes, or their names separated by commas']),
    ...(shape !== undefined ? [] : [`format must be one of ${DELIVERED_FORMATS.join(', ')}`]),
    ...(kind !== undefined ? [] : [`weeks must be one of ${WEEKS.join(', ')}`]),
    ...(at !== undefined ? [] : ['at must be a time of day (HH:mm) or a cron expression of five fields']),
    ...(typeof to === 'string' ? [to] : []),
    ...(isKept ? [] : [`keep must be a number of files from 1 to ${MOST_KEPT}`]),
    ...(keep === undefined || typeof to === 'string' || 'folder' in to ? [] : ['keep is a number of files in a folder; mail has none']),
  ];
  if (wrong.length > 0) return wrong.join('; ');
  if (!isReport || !isNamed || preset === undefined || shape === undefined || kind === undefined || at === undefined)
    return 'is not a report';
  if (typeof to === 'string' || !isKept) return 'is not a report';
  return { name, report, preset, weeks: kind, by: by?.join() === 'none' ? [] : by, format: shape, at, to, keep };
}

/** The texts of a list, or of a text with commas. */
function toTexts(value: unknown): string[] | undefined {
  const texts: readonly unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  const trimmed = texts.map((text) => (typeof text === 'string' ? text.trim() : ''));
  return trimmed.length === 0 || trimmed.includes('') ? undefined : trimmed;
}

const CRON = /^[\d*/,A-Za-z-]+( [\d*/,A-Za-z-]+){4}$/;

function toCron(at: unknown): string | undefined {
  if (typeof at !== 'string') return undefined;
  const minute = parseTimeOfDay(at);
  if (minute !== undefined) return `${minute % 60} ${Math.floor(minute / 60)} * * *`;
  const fields = at.trim().replace(/\s+/g, ' ');
  return CRON.test(fields) ? fields : undefined;
}

const ADDRESS = /^[^\s@<>()[\],;:\\"/]+@[^\s@<>()[\],;:\\"/?&]+$/;

/** A folder or some addresses, or what is wrong. */
function toPlace(to: unknown, folder: string): ReportDelivery['to'] | string {
  const expected = 'to must be a folder, or one or several mail addresses (mailto:someone@example.com)';
  const texts = typeof to === 'string' ? [to] : toTexts(to);
  if (texts === undefined) return expected;
  const places = texts
    .flatMap((text) => (/^mailto:/i.test(text) ? text.slice('mailto:'.length).split(',') : [text]))
    .map((text) => text.trim());
  if (/^mailto:/i.test(texts[0]!) || places.every((text) => ADDRESS.test(text))) {
    const wrong = places.find((text) => !ADDRESS.test(text));
    return wrong === undefined ? { addresses: [...new Set(places)] } : `to: ${JSON.stringify(wrong)} is not a mail address`;
  }
  if (places.length > 1 || places[0] === '') return `${expected}; a list holds addresses only`;
  if (!/^file:/i.test(places[0]!)) return { folder: path.resolve(folder, places[0]!) };
  try {
    return { folder: fileURLToPath(places[0]!) };
  } catch (error) {
    return `to: ${JSON.stringify(places[0])} is not the URL of a folder: ${(error as Error).message}`;
  }
}

/** The mail server and the sender, if they are set; adds what is wrong or missing to `problems`. */
export function toMailConfig(
  find: FindSetting,
  environment: Readonly<Record<string, string | undefined>>,
  deliveries: readonly ReportDelivery[],
  problems: string[],
): MailConfig | undefined {
  const [found, from, named] = [find('smtp-url'), find('mail-from'), find('smtp-password-file')];
  if (from !== undefined && !ADDRESS.test(from.text)) problems.push(`${from.place}: ${JSON.stringify(from.text)} is not a mail address`);
  if (found === undefined) {
    if (deliveries.some(({ to }) => 'addresses' in to)) problems.push('reports names mail addresses, but smtp-url names no mail server');
    return undefined;
  }
  const read = readSmtpUrl(found.text);
  if ('problem' in read) {
    problems.push(`${found.place} ${read.problem}`);
    return undefined;
  }
  const { password, sslrootcert, ...url } = read.url;
  if (found.origin === 'option' && password !== undefined)
    problems.push(
      `${found.place} contains a password, which everyone on this machine can see in the process list; ` +
        `set ${toEnvironmentName('smtp-url')} or ${toEnvironmentName('smtp-password-file')}, or write a configuration file of mode 600`,
    );
  if (from === undefined) problems.push(`${found.place} is set, but mail-from is not; mail needs a sender`);
  const file: PasswordFile | undefined =
    named === undefined
      ? findCredential('smtp-password', environment)
      : { file: path.resolve(named.folder, named.text), place: named.place, isCredential: false };
  if (file !== undefined && password !== undefined)
    problems.push(`${found.place} contains a password, and so does ${file.place}; remove one of them`);
  const tried = file === undefined ? { passwords: [] } : readPasswords(file, 1);
  if ('problem' in tried) problems.push(tried.problem);
  if (file !== undefined && url.user === undefined) problems.push(`${file.place} holds a password, but ${found.place} names no user`);
  return {
    ...url,
    from: from?.text ?? '',
    readPassword: () => (file === undefined ? { password } : readPassword({ ...file, index: 0, count: 1 })),
    sslrootcert: sslrootcert === undefined ? undefined : path.resolve(found.folder, sslrootcert),
  };
}
