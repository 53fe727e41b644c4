// Scores the tests of the code that needs no database: StrykerJS changes one expression at a time, and the pure tests that run it must
// fail. Prints the share that was noticed for each folder of test/mutant-scores.json. Exit 1 if one is below the least that is asked there.
//
//   node scripts/score-mutants.mjs             all folders
//   node scripts/score-mutants.mjs transform   those with this in their name
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const SCORES = 'test/mutant-scores.json';
const SURVIVORS = 'coverage/surviving-mutants.txt';
/** A score that is higher by this much is worth writing down. */
const RISE = 2;

const word = process.argv[2] ?? '';
const folders = Object.entries(JSON.parse(readFileSync(SCORES, 'utf8'))).filter(([name]) => name.includes(word));
if (folders.length === 0) {
  console.error(`${SCORES} has no folder with "${word}"`);
  process.exitCode = 1;
} else process.exitCode = report(await makeMutants(folders.flatMap(([, { code }]) => code)));

function makeMutants(code) {
  return new Stryker({
    mutate: code,
    testRunner: 'vitest',
    vitest: { configFile: 'test/support/mutants/vitest.config.ts', related: false },
    // Each mutant meets only the tests that run its line.
    coverageAnalysis: 'perTest',
    // Texts are compared in golden files, mostly by tests that need a database or a process.
    mutator: { excludedMutations: ['StringLiteral'] },
    // What a module computes once, as it is loaded, needs all its tests with every module loaded anew.
    ignoreStatic: true,
    reporters: ['progress-append-only'],
    logLevel: 'warn',
    tempDirName: 'coverage/stryker',
    ignorePatterns: ['/.ci', '/coverage', '/deploy', '/dist'],
  }).runMutationTest();
}

/** Prints the table and what to do. Returns the exit code. */
function report(mutants) {
  const rows = folders.map(([folder, { least }]) => {
    const own = mutants.filter(({ fileName, status }) => toName(fileName).startsWith(`${folder}/`) && status !== 'Ignored');
    const noticed = own.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
    // Rounded down, as the number in the file: 79.99 is not 80.
    return { folder, least, mutants: own.length, noticed, score: Math.floor((noticed / own.length) * 1000) / 10 };
  });
  mkdirSync(path.dirname(SURVIVORS), { recursive: true });
  writeFileSync(
    SURVIVORS,
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(describe)
      .sort()
      .join(''),
  );

  const width = Math.max(...rows.map(({ folder }) => folder.length));
  console.log(`\n${'folder'.padEnd(width)}  mutants  noticed    score  at least`);
  for (const { folder, least, mutants, noticed, score } of rows)
    console.log(
      `${folder.padEnd(width)}  ${String(mutants).padStart(7)}  ${String(noticed).padStart(7)}  ${score.toFixed(1).padStart(5)} %  ${String(least).padStart(6)} %`,
    );
  console.log(`\n${SURVIVORS} lists the mutants that no test noticed.`);
  const low = rows.filter(({ mutants, score, least }) => mutants === 0 || score < least);
  for (const { folder, mutants, score, least } of low)
    if (mutants === 0) console.log(`There is nothing to change in ${folder}. Correct its "code" in ${SCORES}.`);
    else console.log(`The tests of ${folder} noticed ${score} %, which is less than ${least} %. Add the assertions that are missing.`);
  for (const { folder, score, least } of rows)
    if (score >= least + RISE) console.log(`The tests of ${folder} noticed ${score} %. Write ${Math.floor(score)} into ${SCORES}.`);
  return low.length === 0 ? 0 : 1;
}

function describe({ fileName, location, mutatorName, replacement, status }) {
  const { start, end } = location;
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  const [from, to] = [lines.join(' '), replacement ?? ''].map((text) => text.replaceAll(/\s+/g, ' ').slice(0, 100));
  const reason = status === 'NoCoverage' ? 'no test runs it' : 'no test fails';
  return `${toName(fileName)}:${start.line}:${start.column} ${mutatorName}, ${reason}: ${from} -> ${to}\n`;
}

function toName(file) {
  return path.relative('.', file).replaceAll(path.sep, '/');
}
