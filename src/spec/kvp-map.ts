import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../model/errors.js';
import type { KvpMap } from '../model/mapped-key.js';
import { packageFile } from './package-file.js';

const mappedKey = z.strictObject({
  number: z.int().min(1).max(63),
  kvp: z.string().min(1).max(255),
  table: z.enum(['CHAT_SESSION_FACT', 'CHAT_SESSION_DIM', 'MEDIA_TYPE']),
  column: z.string().regex(/^[A-Z][A-Z0-9_]{0,62}$/),
  type: z.enum(['start', 'end', 'measure', 'text', 'code', 'flag', 'tenant', 'media-type']),
  aggregate: z.enum(['sum', 'max']).optional(),
  unit: z.string().min(1),
  maxLength: z.int().min(1).max(1024).optional(),
  default: z.union([z.int(), z.string(), z.null()]),
  values: z.array(z.string()).optional(),
  origin: z.enum(['genesys', 'extension', 'assumed']),
  attached: z.enum(['always', 'statistics', 'optional', 'fired', 'bots']),
  since: z.string().nullable(),
  description: z.string().min(26),
});

const kvpMap = z
  .strictObject({ $schema: z.string().optional(), name: z.string(), version: z.int(), keys: z.array(mappedKey).min(1) })
  .superRefine((map, context) => {
    for (const field of ['number', 'kvp', 'column'] as const) {
      const seen = new Map<unknown, number>();
      map.keys.forEach((key, index) => {
        const first = seen.get(key[field]);
        if (first === undefined) seen.set(key[field], index);
        else context.addIssue({ code: 'custom', path: ['keys', index, field], message: `${key[field]} stands already at keys[${first}]` });
      });
    }
    for (const type of ['start', 'end', 'tenant', 'media-type'] as const)
      if (map.keys.filter((key) => key.type === type).length !== 1)
        context.addIssue({ code: 'custom', path: ['keys'], message: `exactly one key of type ${type} is needed` });
    map.keys.forEach((key, index) => {
      if ((key.type === 'measure') !== (key.aggregate !== undefined))
        context.addIssue({ code: 'custom', path: ['keys', index, 'aggregate'], message: 'belongs to measures, and each measure has one' });
    });
  });

/** Validates the content of a KVP map. Throws `ConfigError` with all problems at once. */
export function parseKvpMap(content: unknown, file: string): KvpMap {
  const parsed = kvpMap.safeParse(content);
  if (parsed.success) return { name: parsed.data.name, version: parsed.data.version, keys: parsed.data.keys };
  throw new ConfigError('bad-kvp-map', `${file} is not a KVP map:\n${z.prettifyError(parsed.error)}`, {
    state: 'nothing-changed',
    next: 'Correct the file; specs/schema/chat-session.schema.json describes it.',
  });
}

/** Reads the KVP map, by default the one in the package. Throws `ConfigError`. */
export function readKvpMap(file: string = packageFile('specs', 'chat-session.json')): KvpMap {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError('unreadable-kvp-map', `${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  return parseKvpMap(content, file);
}
