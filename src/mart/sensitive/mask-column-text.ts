import type { MappedKey } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';

/** A key whose column holds texts. */
export type KeyOfColumn = Pick<MappedKey, 'kvp' | 'type' | 'maxLength'>;

/**
 * A text of a column, masked, and no longer than the column. What fills its column was cut when nothing was masked yet: its last words may be the beginning of
 * something that is sensitive as a whole, so they are left out.
 */
export function maskColumnText(masker: Masker, key: KeyOfColumn, text: string): string {
  if (!masker.concerns(key)) return text;
  const maxLength = key.maxLength!;
  const toForm = (some: string): string => (key.type === 'code' || key.type === 'media-type' ? some.toUpperCase() : some);
  const cut = (some: string): string => toForm(Array.from(some).slice(0, maxLength).join('').trimEnd());
  const masked = toForm(masker.maskValue(key, text));
  if (masker.wholeKeys.has(key.kvp)) return masked;
  const wasCut = text.length >= maxLength - MOST_TRIMMED && Array.from(text).length >= maxLength - MOST_TRIMMED;
  if (wasCut) return masker.maskCut(key, cut(withoutDoubtfulEnd(masked)), cut);
  return Array.from(masked).length <= maxLength ? masked : masker.maskCut(key, cut(masked), cut);
}

/** Blanks at the end of a text that was cut, at most: they are trimmed. */
const MOST_TRIMMED = 3;

/** Without the last word, and without the numbers before it. */
function withoutDoubtfulEnd(text: string): string {
  let end = text.length;
  while (end > 0 && !/\s/.test(text[end - 1]!)) end--;
  while (end > 0 && /[\p{N}\p{P}\s]/u.test(text[end - 1]!)) end--;
  return end === 0 ? '[value]' : text.slice(0, end);
}
