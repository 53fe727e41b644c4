import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { packageFile } from '../../src/spec/package-file.js';

const CODE = /^[a-z]+(-[a-z]+)*$/;

/** Codes of the errors thrown and the lines logged anywhere in src/, with the file of each. */
export function readMessageCodes(): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  const folder = packageFile('src');
  for (const file of ts.sys.readDirectory(folder, ['.ts'])) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const add = (node: ts.Expression | undefined): void => {
      for (const text of textsOf(node)) if (CODE.test(text)) codes.set(text, path.relative(folder, file));
    };
    const visit = (node: ts.Node): void => {
      if (isErrorOf(node)) add(node.arguments?.[0]);
      if (ts.isPropertyAssignment(node) && node.name.getText() === 'code' && isLogged(node)) add(node.initializer);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return codes;
}

/** `new …Error('code', …)`, and `refuse('code', …)`, which makes one. */
const isErrorOf = (node: ts.Node): node is ts.NewExpression | ts.CallExpression =>
  (ts.isNewExpression(node) && /.Error$/.test(node.expression.getText())) ||
  (ts.isCallExpression(node) && node.expression.getText() === 'refuse');

/** Whether one of a log's arguments is a field. */
function isLogged(node: ts.Node): boolean {
  let place: ts.Node = node;
  while (ts.isPropertyAssignment(place) || ts.isObjectLiteralExpression(place) || ts.isSpreadAssignment(place)) place = place.parent;
  return ts.isCallExpression(place) && /log$/i.test(place.expression.getText());
}

function textsOf(node: ts.Expression | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  return ts.isConditionalExpression(node) ? [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)] : [];
}
