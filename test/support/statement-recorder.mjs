// Writes down what the code sends to a database, each statement once, with the file and the function that sends it. What tests send themselves
// is left out: the nearest function that is not a helper tells whose a statement is. As a preload of a program (`node --import`), the folder is in the
// URL: `statement-recorder.mjs?folder=…`.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { toShape } from '../../scripts/distributed-sql/shape.mjs';

/** Deep enough for the wrappers of a session and the helpers. */
const FRAMES = 12;
/** What runs the statements of others. */
const HELPERS = /^src\/(db\/|mart\/written-rows\.ts)/;

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const seen = new Set();
const shapes = new Set();

/** Starts recording in this process, into a file of its own. Does nothing if it records already. */
export function recordStatements(folder) {
  const { query } = pg.Client.prototype;
  if (query.recordsStatements) return;
  const file = path.join(folder, `${process.pid}.ndjson`);
  pg.Client.prototype.query = function (statement, ...rest) {
    const text = typeof statement === 'string' ? statement : statement?.text;
    if (typeof text === 'string' && !seen.has(text)) {
      const sender = findSender();
      if (sender !== undefined) {
        seen.add(text);
        const shape = `${sender.file} ${sender.function} ${toShape(text)}`;
        if (!shapes.has(shape)) appendFileSync(file, `${JSON.stringify({ text, ...sender })}\n`);
        shapes.add(shape);
      }
    }
    return query.call(this, statement, ...rest);
  };
  pg.Client.prototype.query.recordsStatements = true;
}

/** The function of src/ or migrations/ that sends a statement; undefined: a test sends it, or a program in another folder, such as an old version. */
function findSender() {
  let sender;
  for (const frame of readStack()) {
    const place = toPlace(frame.getFileName());
    if (place === undefined || place === 'test/support/statement-recorder.mjs') continue;
    if (place.startsWith('test/')) return undefined;
    sender = { file: place, function: frame.getFunctionName() ?? undefined };
    if (!HELPERS.test(place)) return sender;
  }
  return sender;
}

function readStack() {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = FRAMES;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = new Error().stack;
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  return frames;
}

/** A file of the repository as its source is called, whether it runs from there or from dist/. */
function toPlace(name) {
  if (name == null || name.startsWith('node:') || name.includes('node_modules')) return undefined;
  const file = path.relative(root, name.startsWith('file:') ? fileURLToPath(name) : name).replaceAll(path.sep, '/');
  return file.startsWith('..') ? undefined : file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
}

const folder = new URL(import.meta.url).searchParams.get('folder');
if (folder !== null) recordStatements(folder);
