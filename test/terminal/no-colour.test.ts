import { expect, test } from 'vitest';
import { freshDatabases } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { runCli } from '../support/run-cli.js';

test('nothing that is printed is coloured, whatever asks for it: NO_COLOR has nothing left to forbid', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  const env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl, FORCE_COLOR: '3', CLICOLOR_FORCE: '1', COLORTERM: 'truecolor' };
  const commands = [
    ['--help'],
    ['run'],
    ['status'],
    ['sql', 'select media_name from media_type'],
    ['sql', 'select wrong'],
    ['report', 'chat-termination'],
    ['config', 'show'],
    ['rnu'],
  ];
  for (const args of sampleOf(commands, 2)) {
    const { stdout, stderr } = await runCli(args, { env });
    expect({ args, printed: (stdout + stderr).length > 20, escape: (stdout + stderr).includes('\u001b') }).toEqual({
      ...{ args, printed: true, escape: false },
    });
  }
});
