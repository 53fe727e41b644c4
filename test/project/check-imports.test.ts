import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { deepTest } from '../support/depth.js';
import { packageFile } from '../../src/spec/package-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Runs the check on a small tree of its own, or on this repository if no files are given. */
function checkImports(files?: Readonly<Record<string, string>>): { code: number | null; output: string } {
  const root = files === undefined ? packageFile() : temporaryFolder();
  for (const [file, text] of Object.entries(files ?? {})) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [packageFile('scripts', 'check-imports.mjs'), root], { encoding: 'utf8' });
  return { code: status, output: (stdout + stderr).trim() };
}

const empty = 'export {};\n';

// So does npm run check.
deepTest('the repository keeps its arrows', () => expect(checkImports()).toMatchObject({ code: 0 }));

test('downward imports pass, imports of other packages too', () => {
  const files = {
    'src/cli.ts': `await import('./main.js');\n`,
    'src/main.ts': `import './program.js';\n`,
    'src/program.ts': `import './commands/run/command.js';\n`,
    'src/commands/run/command.ts': `import { run } from '../../pipeline/run.js';\nimport { Command } from 'commander';\n`,
    'src/pipeline/run.ts': `import type { A } from '../load/facts.js';\nimport '../extract/read.js';\n`,
    'src/load/facts.ts': `export * from '../model/a.js';\n`,
    'src/extract/read.ts': `import '../db/connection.js';\n`,
    'src/db/connection.ts': `import pg from 'pg';\nimport '../model/a.js';\n`,
    'src/model/a.ts': empty,
    'migrations/views.ts': `import '../src/spec/map.js';\n`,
    'src/spec/map.ts': empty,
  };
  expect(checkImports(files)).toEqual({ code: 0, output: 'check-imports: 11 files, the arrows go down only' });
});

test('a forbidden import is reported with its place', () => {
  const cases: readonly [file: string, text: string, violation: string][] = [
    ['migrations/1.ts', `import type { Knex } from 'knex';\n`, ':1: only src/db may import knex'],
    ['src/db/dynamic.ts', `await import('../jobs/b.js');\n`, ':1: db may not import jobs: src/jobs/b.ts'],
    ['src/db/imported-type.ts', `let b: import('../jobs/b.js').B;\n`, ':1: db may not import jobs: src/jobs/b.ts'],
    ['src/extract/pg.ts', `import type pg from 'pg';\n`, ':1: only src/db may import pg'],
    ['src/jobs/tests.ts', `import '../../test/b.js';\n`, ':1: jobs may not import test: test/b.ts'],
    ['src/load/part-of-pg.ts', `import x from 'pg/lib/utils.js';\n`, ':1: only src/db may import pg/lib/utils.js'],
    ['src/load/stage.ts', `import '../extract/b.js';\n`, ':1: a stage may not import another stage: load imports src/extract/b.ts'],
    ['src/model/type.ts', `import type { B } from '../db/b.js';\n`, ':1: model may not import db: src/db/b.ts'],
    ['src/model/upward.ts', `\nimport { b } from '../db/b.js';\n`, ':2: model may not import db: src/db/b.ts'],
    ['src/spec/re-export.ts', `export { b } from '../db/b.js';\n`, ':1: spec may not import db: src/db/b.ts'],
    ['src/transform/impure.ts', `import '../db/b.js';\n`, ':1: transform may not import db: src/db/b.ts'],
    ['src/utils/anything.ts', `import '../model/b.js';\n`, ':1: utils has no place in the table of layers'],
  ];
  const { code, output } = checkImports(Object.fromEntries(cases.map(([file, text]) => [file, text])));
  expect(output.split('\n')).toEqual(cases.map(([file, , violation]) => file + violation));
  expect(code).toBe(1);
});

test('a cycle, of types too', () => {
  const files = {
    'src/model/a.ts': `import { b } from './b.js';\n`,
    'src/model/b.ts': `import { c } from './c.js';\n`,
    'src/model/c.ts': `${empty}import type { A } from './a.js';\n`,
  };
  const cycle = 'src/model/c.ts:2: a cycle: src/model/a.ts -> src/model/b.ts -> src/model/c.ts -> src/model/a.ts';
  expect(checkImports(files)).toEqual({ code: 1, output: cycle });
});

deepTest('nothing to check is a failure', () => expect(checkImports({}).code).toBe(1));
