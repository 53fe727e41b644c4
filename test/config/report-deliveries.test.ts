import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { toConfigHash } from '../../src/config/config.js';
import { describeConfig } from '../../src/config/describe-config.js';
import { loadConfig, resolveConfig } from '../../src/config/load-config.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ENTRY = { report: 'chat-termination', preset: 'yesterday', at: '06:00', to: '/srv/reports' };
const MAIL = { 'smtp-url': 'smtp://chatmart@mail.example:2525', 'mail-from': 'chatmart@example.com' };
const SECRET = 'c4n4ry';

/** The configuration of a file of mode 600 and an environment. */
function resolve(content: object, environment: Record<string, string> = {}, mode = 0o600) {
  const workingFolder = temporaryFolder();
  writeFileSync(path.join(workingFolder, 'chatmart.config.json'), JSON.stringify(content), { mode });
  return { ...resolveConfig({}, { environment, workingFolder }), workingFolder };
}

const reports = (...entries: unknown[]) => resolve({ ...MAIL, reports: entries });

describe('reports', () => {
  test('says what is delivered, when and where', () => {
    const { config, problems, workingFolder } = reports(
      { ...ENTRY, by: 'day, tenant', keep: 90 },
      { ...ENTRY, preset: 'last-week', weeks: 'iso', by: ['none'], format: 'xlsx', at: '0  7 * * 1', to: 'weekly' },
      { ...ENTRY, name: 'to-all', to: ['mailto:a@example.com', 'b@example.com', 'a@example.com'] },
      { ...ENTRY, name: 'as-url', at: '24:00', to: 'file:///srv/my%20reports' },
      { ...ENTRY, name: 'to-two', to: 'mailto:a@example.com,b@example.com' },
      { ...ENTRY, name: 'to-one', to: 'a.b+c@sub.example.com' },
    );
    expect(problems).toEqual([]);
    expect(config.reports).toMatchObject([
      {
        name: 'chat-termination-yesterday',
        by: ['day', 'tenant'],
        format: 'html',
        at: '0 6 * * *',
        to: { folder: '/srv/reports' },
        keep: 90,
      },
      { name: 'chat-termination-last-week', weeks: 'iso', by: [], at: '0 7 * * 1', to: { folder: path.join(workingFolder, 'weekly') } },
      { to: { addresses: ['a@example.com', 'b@example.com'] } },
      { at: '0 0 * * *', to: { folder: '/srv/my reports' } },
      { to: { addresses: ['a@example.com', 'b@example.com'] } },
      { to: { addresses: ['a.b+c@sub.example.com'] } },
    ]);
  });

  test('is refused with all that is wrong, each with its place', () => {
    const { problems } = reports(
      {
        ...ENTRY,
        report: 'Chat Termination',
        preset: 'today',
        at: 'noon',
        to: 'a@',
        by: [],
        format: 'pdf',
        keep: 0,
        weeks: 'us',
        owner: 1,
        name: 'ä',
      },
      7,
      ENTRY,
      ENTRY,
      { ...ENTRY, name: 'x', to: ['a@example.com', '/srv/reports'] },
      { ...ENTRY, name: 'y', to: 'mailto:a@example.com?bcc=b@example.com' },
      { ...ENTRY, name: 'z', to: 'a@example.com\r\nBcc: b@example.com' },
      { ...ENTRY, name: 'k', to: 'a@example.com', keep: 3 },
      { ...ENTRY, name: 'f', to: 'file://elsewhere/reports' },
    );
    const said = problems.map((problem) => problem.replace(/^reports in .*chatmart\.config\.json/, 'reports'));
    expect(said.map((problem) => problem.split(':')[0])).toEqual([0, 1, 3, 4, 5, 7, 8].map((at) => `reports[${at}]`));
    for (const part of [
      'unknown field "owner"',
      'report must',
      'preset must',
      'name must',
      'by must',
      'format must',
      'weeks must',
      'at must',
      'keep must',
    ])
      expect(said[0]).toContain(part);
    expect(said.slice(1).map((problem) => problem.replace(/^\S+ /, ''))).toMatchObject([
      expect.stringContaining('an object') as string,
      'name "chat-termination-yesterday" is used twice; give one of them another "name"',
      expect.stringContaining('a list holds addresses only') as string,
      'to: "a@example.com?bcc=b@example.com" is not a mail address',
      'keep is a number of files in a folder; mail has none',
      expect.stringContaining('is not the URL of a folder') as string,
    ]);
  });
});

describe('the mail server', () => {
  test('is a URL, with the usual port, and a password from a file, a credential or the URL', () => {
    const folder = temporaryFolder();
    const [file, credentials] = [path.join(folder, 'password'), temporaryFolder()];
    writeFileSync(file, `${SECRET}\n`, { mode: 0o600 });
    writeFileSync(path.join(credentials, 'smtp-password'), `${SECRET}-2`, { mode: 0o444 });
    const mailOf = (content: object, environment: Record<string, string> = {}) => {
      const { config, problems } = resolve({ ...MAIL, ...content }, environment);
      return { problems, ...config.mail, password: config.mail?.readPassword() };
    };
    expect(mailOf({})).toMatchObject({ problems: [], host: 'mail.example', port: 2525, isTls: false, user: 'chatmart' });
    expect(mailOf({ 'smtp-url': 'smtp://mail.example' })).toMatchObject({ port: 587, user: undefined, password: { password: undefined } });
    expect(mailOf({ 'smtp-url': 'smtps://u@[::1]?sslrootcert=/ca.pem' })).toMatchObject({
      host: '::1',
      port: 465,
      isTls: true,
      sslrootcert: '/ca.pem',
    });
    expect(mailOf({ 'smtp-url': 'smtps://u@mail.example:443' })).toMatchObject({ port: 443 });
    expect(mailOf({ 'smtp-url': `smtp://u%40x:${SECRET}%3A@mail.example` })).toMatchObject({
      user: 'u@x',
      password: { password: `${SECRET}:` },
    });
    expect(mailOf({ 'smtp-password-file': file })).toMatchObject({ problems: [], password: { password: SECRET } });
    expect(mailOf({}, { CREDENTIALS_DIRECTORY: credentials })).toMatchObject({ problems: [], password: { password: `${SECRET}-2` } });
  });

  test('is refused, or missed, without its password in any word', () => {
    const folder = temporaryFolder();
    const open = path.join(folder, 'password');
    writeFileSync(open, SECRET, { mode: 0o644 });
    const said = (content: object, mode = 0o600): string => resolve(content, {}, mode).problems.join('\n');
    const answers = [
      said({ reports: [{ ...ENTRY, to: 'a@example.com' }] }),
      said({ ...MAIL, 'smtp-url': `mail.example:${SECRET}` }),
      said({ ...MAIL, 'smtp-url': `smtp://u:${SECRET}@mail.example/path` }),
      said({ ...MAIL, 'smtp-url': `smtp://u:${SECRET}@mail.example?tls=no` }),
      said({ ...MAIL, 'smtp-url': `smtp://u:${SECRET}@mail.example`, 'smtp-password-file': open }),
      said({ 'smtp-url': 'smtp://mail.example' }),
      said({ ...MAIL, 'mail-from': 'chatmart' }),
      said({ ...MAIL, 'smtp-url': `smtp://u:${SECRET}@mail.example` }, 0o644),
    ];
    const wanted = [
      'smtp-url names no mail server',
      'is not the URL',
      'is not the URL',
      'a parameter other than',
      'remove one of them',
      'needs a sender',
      'is not a mail address',
      'chmod 600',
    ];
    for (const [at, part] of wanted.entries()) expect(answers[at]).toContain(part);
    expect(answers.join()).not.toContain(SECRET);
    const asOption = resolveConfig({ smtpUrl: `smtp://u:${SECRET}@mail.example` }, { environment: {}, workingFolder: folder });
    expect(asOption.problems.join()).toMatch(/^--smtp-url contains a password/);
  });

  test('is shown and hashed without its password', () => {
    const sources = (password: string) => ({
      environment: { CHATMART_SMTP_URL: `smtp://u:${password}@mail.example:25`, CHATMART_MAIL_FROM: 'a@example.com' },
      workingFolder: temporaryFolder(),
    });
    const shown = describeConfig({}, sources(SECRET)).settings.find(({ name }) => name === 'smtp-url');
    expect(shown!.value).toBe('smtp://u:***@mail.example:25');
    const [one, other] = [loadConfig({}, sources(SECRET)), loadConfig({}, sources('other'))];
    expect(JSON.stringify(one)).not.toContain(SECRET);
    expect(toConfigHash({ ...one, home: '' })).toBe(toConfigHash({ ...other, home: '' }));
  });
});
