import { strFromU8, unzipSync } from 'fflate';
import { SaxesParser } from 'saxes';

/** A cell as the file has it: its raw value, its type and the format of numbers. */
export interface WorkbookCell {
  readonly value: string | number;
  readonly format: string;
  readonly isBold: boolean;
}

export interface WorkbookSheet {
  readonly name: string;
  /** By row and column, from 0; empty cells are missing. */
  readonly rows: readonly (readonly (WorkbookCell | undefined)[])[];
  readonly widths: readonly number[];
  readonly frozen: { readonly rows: number; readonly columns: number } | undefined;
  /** Cells that are computed. */
  readonly formulas: number;
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Reads an Excel workbook from its XML, independently of the library that wrote it. */
export function readWorkbook(bytes: Uint8Array): WorkbookSheet[] {
  const files = unzipSync(bytes);
  const open = (name: string): Element => parseXml(strFromU8(files[name]!));
  const targets = new Map(all(open('xl/_rels/workbook.xml.rels'), 'Relationship').map(({ attributes: { Id, Target } }) => [Id, Target]));
  const texts = all(open('xl/sharedStrings.xml'), 'si').map((item) =>
    all(item, 't')
      .map(({ text }) => text)
      .join(''),
  );
  const styles = readStyles(open('xl/styles.xml'));
  return all(open('xl/workbook.xml'), 'sheet').map(({ attributes }) => ({
    name: attributes['name']!,
    ...readSheet(open(`xl/${targets.get(attributes['r:id'])}`), texts, styles),
  }));
}

type Style = Pick<WorkbookCell, 'format' | 'isBold'>;

function readStyles(root: Element): Style[] {
  const formats = new Map(all(root, 'numFmt').map(({ attributes }) => [attributes['numFmtId'], attributes['formatCode']!]));
  const fonts = all(all(root, 'fonts')[0]!, 'font').map((font) => all(font, 'b').length > 0);
  return all(all(root, 'cellXfs')[0]!, 'xf').map(({ attributes: { numFmtId = '0', fontId = '0' } }) => ({
    format: formats.get(numFmtId) ?? numFmtId,
    isBold: fonts[Number(fontId)] ?? false,
  }));
}

function readSheet(root: Element, texts: readonly string[], styles: readonly Style[]): Omit<WorkbookSheet, 'name'> {
  const rows: (WorkbookCell | undefined)[][] = [];
  for (const cell of all(root, 'c')) {
    const [, letters, row] = /^([A-Z]+)(\d+)$/.exec(cell.attributes['r']!)!;
    const column = Array.from(letters!).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
    const cells = (rows[Number(row) - 1] ??= []);
    const text = all(cell, 'v')[0]?.text;
    if (text === undefined) continue;
    const value = cell.attributes['t'] === 's' ? texts[Number(text)]! : Number(text);
    cells[column] = { value, ...(styles[Number(cell.attributes['s'] ?? 0)] ?? { format: '0', isBold: false }) };
  }
  const [pane] = all(root, 'pane');
  return {
    rows,
    widths: all(root, 'col').map(({ attributes }) => Number(attributes['width'])),
    frozen: pane && { rows: Number(pane.attributes['ySplit'] ?? 0), columns: Number(pane.attributes['xSplit'] ?? 0) },
    formulas: all(root, 'f').length,
  };
}

/** The elements of this name below another one. */
function all(root: Element, name: string): Element[] {
  return root.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (part) => (open.at(-1)!.text += part));
  parser.on('closetag', () => open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return root;
}
