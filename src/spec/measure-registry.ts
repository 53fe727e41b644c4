import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../model/errors.js';
import type { MeasureRegistry } from '../model/measure.js';
import { packageFile } from './package-file.js';

const column = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const kebab = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
const sql = z.string().min(1);
const sentence = z.string().regex(/^[A-Z].*\.$/, 'must be a sentence');

const measure = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_{}]{0,62}$/),
  combine: z.enum(['sum', 'max']),
  unit: z.string().min(1),
  of: sql.optional(),
  when: sql.optional(),
  first: z.literal(true).optional(),
  sentence,
});

const named = { name: column, title: z.string().min(1), group: z.string().optional() };
const figure = z.discriminatedUnion('figure', [
  z.strictObject({ ...named, figure: z.literal('total'), column, sentence }),
  z.strictObject({ ...named, figure: z.literal('largest'), column, among: column, sentence }),
  z.strictObject({ ...named, figure: z.literal('average'), of: column, per: column, sentence }),
  z.strictObject({ ...named, figure: z.literal('share'), of: column, sentence }),
]);

const registry = z
  .strictObject({
    $schema: z.string().optional(),
    terms: z.array(z.strictObject({ name: kebab, when: sql, sentence })),
    outcomes: z.array(z.strictObject({ name: kebab, when: sql.optional(), sentence })).min(1),
    measures: z.array(measure).min(1),
    serviceLevels: z.array(measure),
    figures: z.array(figure).min(1),
  })
  .superRefine((content, context) => {
    for (const list of ['terms', 'outcomes', 'measures', 'serviceLevels', 'figures'] as const)
      content[list].forEach(({ name }, index) => {
        const first = content[list].findIndex((other) => other.name === name);
        if (first < index)
          context.addIssue({ code: 'custom', path: [list, index, 'name'], message: `${name} stands already at ${list}[${first}]` });
      });
    content.outcomes.forEach(({ when }, index) => {
      if ((when === undefined) !== (index === content.outcomes.length - 1))
        context.addIssue({ code: 'custom', path: ['outcomes', index, 'when'], message: 'only the last outcome has no condition' });
    });
  });

/** Validates the content of a registry of measures. Throws `ConfigError` with all problems at once. */
export function parseMeasureRegistry(content: unknown, file: string): MeasureRegistry {
  const parsed = registry.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new ConfigError('bad-measure-registry', `${file} is not a registry of measures:\n${z.prettifyError(parsed.error)}`, {
    state: 'nothing-changed',
    next: 'Correct the file; specs/schema/measures.schema.json describes it.',
  });
}

let known: MeasureRegistry | undefined;

/** The registry of measures in the package, read once. Throws `ConfigError`. */
export function readMeasureRegistry(): MeasureRegistry {
  if (known !== undefined) return known;
  const file = packageFile('specs', 'measures.json');
  try {
    known = parseMeasureRegistry(JSON.parse(readFileSync(file, 'utf8')), file);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('unreadable-measure-registry', `${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  return known;
}
