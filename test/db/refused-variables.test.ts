import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeOptionUrl, loadConfig } from '../../src/config/load-config.js';
import { isOpenToOthers } from '../../src/config/read-passwords.js';
import { variableProblems } from '../../src/model/url-parameters.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const URLS = { CHATMART_IDB_URL: 'postgres://me@idb/idb', CHATMART_MART_URL: 'postgres://me@mart/mart' };
const load = (environment: Record<string, string>) => loadConfig({}, { environment, workingFolder: temporaryFolder() });

describe("libpq's variables that cannot be obeyed", () => {
  test.each([
    ['PGREQUIRESSL', '1'],
    ['PGREQUIREAUTH', 'scram-sha-256'],
    ['PGREQUIREPEER', 'postgres'],
    ['PGCHANNELBINDING', 'require'],
    ['PGGSSENCMODE', 'require'],
    ['PGSSLNEGOTIATION', 'direct'],
    ['PGSSLCERTMODE', 'require'],
    ['PGSSLCRL', '/etc/crl'],
    ['PGSSLCRLDIR', '/etc/crls'],
    ['PGSSLMINPROTOCOLVERSION', 'TLSv1.3'],
    ['PGSERVICE', 'mart'],
    ['PGHOSTADDR', '10.0.0.1'],
  ])('%s=%s is refused, once, without its value', (name, value) => {
    const attempt = (): unknown => load({ ...URLS, [name]: value });
    expect(attempt).toThrow(new RegExp(`^The configuration has a problem: ${name} is set; .* unset ${name}$`));
    expect(variableProblems({ [name]: value }).join()).not.toContain(value === '1' ? '=1' : value);
  });

  test('are no matter where they ask for nothing more than there is, or where no server of theirs is meant', () => {
    const harmless = { PGREQUIRESSL: '0', PGCHANNELBINDING: 'prefer', PGGSSENCMODE: 'disable', PGSSLNEGOTIATION: 'postgres' };
    expect(load({ ...URLS, ...harmless, PGSSLMINPROTOCOLVERSION: 'TLSv1.2', PGSERVICE: '', PGSERVICEFILE: '/etc/x' }).martUrl).toBe(
      URLS.CHATMART_MART_URL,
    );
    expect(load({ PGSERVICE: 'mart' }).martUrl).toBeUndefined();
  });
});

describe('simulate --into', () => {
  const complete = (environment: Record<string, string>) =>
    completeOptionUrl('--into', 'postgres://me@idb/idb', { environment, workingFolder: '/work' });

  test('means what the variables for TLS say', () => {
    expect(complete({ PGSSLMODE: 'verify-ca', PGSSLROOTCERT: 'ca.crt' })).toBe(
      'postgres://me@idb/idb?sslmode=verify-ca&sslrootcert=/work/ca.crt',
    );
  });

  test('is refused where they cannot be obeyed', () => {
    expect(() => complete({ PGSSLMODE: 'none' })).toThrow('--into, together with PGSSLMODE, has an unknown sslmode');
    expect(() => complete({ PGREQUIREAUTH: 'none' })).toThrow('PGREQUIREAUTH is set');
  });
});

test('who may read a file with a password', () => {
  const [owner, group, all] = [0o100600, 0o100640, 0o100644];
  expect([owner, group, all].map((mode) => isOpenToOthers({ mode, uid: 1000 }))).toEqual([false, true, true]);
  expect([owner, group, all].map((mode) => isOpenToOthers({ mode, uid: 0 }))).toEqual([false, false, true]);
});

test.runIf(process.getuid?.() === 0)('a configuration file of root may be open to a group, as a password file may', () => {
  const file = path.join(temporaryFolder(), 'chatmart.config.json');
  writeFileSync(file, JSON.stringify({ 'idb-url': 'postgres://me:secret@idb/idb', 'mart-url': 'postgres://me@mart/mart' }));
  const read = () => loadConfig({ config: file }, { environment: {}, workingFolder: '/' });
  chmodSync(file, 0o640);
  expect(read().idbUrls).toHaveLength(1);
  chownSync(file, 1000, 1000);
  expect(read).toThrow('is accessible to others (mode 0640)');
});
