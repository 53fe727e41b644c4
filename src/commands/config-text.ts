import type { ConfigDescription, SettingDescription } from '../config/describe-config.js';
import { escapeControls } from '../model/text.js';

/** What `chatmart config show` prints for people: setting, the place that set it, and the value last because it may be long. */
export function toConfigText({ file, demo, settings, libpq }: ConfigDescription): string {
  const rows = [
    ...settings.map((setting) => [setting.name, setting.place ?? 'default', toValue(setting)] as const),
    ...libpq.map(({ name, value }) => [name, 'environment', value] as const),
  ];
  const widthOf = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = [
    `configuration file: ${file ?? 'none'}`,
    ...(demo ? ['--demo: the databases that chatmart demo made are worked on, whatever URLs are set'] : []),
    '',
    ...rows.map(([name, place, value]) => `${name.padEnd(widthOf(0))}  ${place.padEnd(widthOf(1))}  ${value}`),
  ];
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}

const toValue = ({ value, unset }: SettingDescription): string => value ?? (unset === null ? '(not set)' : `(${unset})`);
