import { readFileSync } from 'node:fs';
import type { AttachedKey } from '../model/attached-key.js';
import { packageFile } from './package-file.js';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The attached-data specification of all mapped keys, with own keys behind them. */
export function extendAdataSpec(own: readonly AttachedKey[]): string {
  const spec = readFileSync(packageFile('specs', 'ccon_adata_spec_chat.xml'), 'utf8');
  if (own.length === 0) return spec;
  const lines = own.map(
    ({ key }) => `    <key name="${key.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!)}" source="userdata" history="all"></key>\n`,
  );
  return spec.replace('  </public>', () => `    <!-- Own keys: the setting attached-data. -->\n${lines.join('')}  </public>`);
}
