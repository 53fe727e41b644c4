import { createHash } from 'node:crypto';
import { toPrintableUrl } from '../model/database-url.js';
import type { Config } from './config.js';

/** 16 hexadecimal digits that change with the settings; passwords do not count. */
export function toConfigHash(config: Config): string {
  const settings = Object.entries(config).sort(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'string' && value.includes('://') ? toPrintableUrl(value) : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
