/** What YAML is written from; a field that is undefined is left out. */
export type YamlValue = string | number | boolean | null | readonly YamlValue[] | { readonly [name: string]: YamlValue | undefined };

/** Words that YAML would read as something else than a text. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null|~)$/i;
/** What JSON leaves as it is, and YAML does not allow, or takes as the end of a line. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const PLAIN = /^[A-Za-z_][\w./-]*$/;

/**
 * A value as YAML in block style. Texts are plain where that is safe, else in double quotes, as in JSON, which every version of YAML reads
 * alike; `head`: comment lines.
 */
export const toYaml = (value: YamlValue, head: readonly string[] = []): string =>
  `${head.map((line) => `# ${line}\n`).join('')}${write(value, '')}\n`;

function write(value: YamlValue, indent: string): string {
  if (typeof value === 'string') return toText(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value))
    return value.length === 0 ? '[]' : value.map((item) => `${indent}- ${write(item, `${indent}  `).trimStart()}`).join('\n');
  const fields = Object.entries(value).filter(([, field]) => field !== undefined) as [string, YamlValue][];
  if (fields.length === 0) return '{}';
  return fields
    .map(([name, field]) => {
      const isNested = typeof field === 'object' && field !== null && Object.keys(field).length > 0;
      return `${indent}${toText(name)}:${isNested ? `\n${write(field, `${indent}  `)}` : ` ${write(field, '')}`}`;
    })
    .join('\n');
}

const isList = (value: object): value is readonly YamlValue[] => Array.isArray(value);

const toText = (text: string): string =>
  PLAIN.test(text) && !RESERVED.test(text)
    ? text
    : JSON.stringify(text).replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A text that Jinja leaves as it is. */
export const withoutJinja = (text: string): string => text.replaceAll(/\{(?=[{%#])/g, "{{ '{' }}");

/** YAML for a program that reads it as a template of Jinja first, and in which no text is meant as one. */
export const toYamlTemplate = (value: YamlValue, head: readonly string[] = []): string => withoutJinja(toYaml(value, head));
