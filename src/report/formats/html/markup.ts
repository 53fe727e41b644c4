import { escapeControls } from '../../../model/text.js';

/** Text that is HTML already. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text in HTML, in an attribute's quotes as well. Controls are shown, not obeyed. */
export const escapeHtml = (text: string): string => escapeControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Our own markup, which needs no escapes. */
export const trusted = (markup: string): Markup => ({ markup });

/** A template of HTML. Whatever is put in is escaped, unless it is markup itself. */
export const markup = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  trusted(texts.map((text, index) => (index === 0 ? text : `${toMarkup(parts[index - 1])}${text}`)).join(''));

function toMarkup(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}
