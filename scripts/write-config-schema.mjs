// Writes specs/schema/config.schema.json from the settings (src/config/settings.ts). Run npm run build first.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toConfigSchema } from '../dist/src/config/config-schema.js';

const file = fileURLToPath(new URL('../specs/schema/config.schema.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(toConfigSchema(), undefined, 2)}\n`);
