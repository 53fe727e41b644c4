import { CUT_MARK, MOST_CHARACTERS } from '../model/bounded-text.js';

/** Maximum bytes of a character in any of PostgreSQL's encodings. */
const MOST_BYTES_A_CHARACTER = 4;

/**
 * SQL that bounds a text of any length like `toBoundedText`, on its server: the rest is neither read from its pages nor sent. The byte
 * length of a stored text is known without reading it.
 */
export function boundedText(text: string): string {
  const bytes = `octet_length(${text})`;
  const isLong = `${bytes} > ${MOST_CHARACTERS * MOST_BYTES_A_CHARACTER} or char_length(left(${text}, ${MOST_CHARACTERS + 1})) > ${MOST_CHARACTERS}`;
  const cut = `left(${text}, ${MOST_CHARACTERS}) || '${CUT_MARK.before}' || ${bytes} || '${CUT_MARK.after}'`;
  return `case when ${bytes} <= ${MOST_CHARACTERS} then ${text} when ${isLong} then ${cut} else ${text} end`;
}

/** Whether a column of this type, as PostgreSQL writes it, may hold a text that gets cut. */
export function mayBeCut(type: string): boolean {
  const [, characters] = /^character(?: varying)?\((\d+)\)$/.exec(type) ?? [];
  return characters === undefined || Number(characters) > MOST_CHARACTERS;
}
