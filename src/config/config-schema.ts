import { ATTACHED_KINDS } from '../model/attached-key.js';
import { INFO_MART_RULES, WEEKDAYS } from '../model/calendar.js';
import { FOUND_THINGS, LONGEST_PATTERN, REPLACEMENTS } from '../model/sensitive-data.js';
import { DELIVERED_FORMATS, DELIVERED_PRESETS } from './report-deliveries.js';
import { WEEKS } from '../model/time-preset.js';
import { jsonTypeOf, SETTINGS, toEnvironmentName, type Setting } from './settings.js';

/** The JSON Schema of a configuration file, for editors and for programs that write such files. */
export function toConfigSchema(): Record<string, unknown> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'chatmart.config.json',
    description:
      'Configuration of chatmart. Each key is the long name of an option; an option or an environment variable CHATMART_… goes before ' +
      'the file, and an empty text counts as not set. A file that holds a password must have mode 600.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(SETTINGS.map((setting) => [setting.name, toProperty(setting)])) },
  };
}

function toProperty(setting: Setting): Record<string, unknown> {
  const other = jsonTypeOf(setting);
  const { commands, description, choices } = setting;
  const sentences = [
    commands === undefined ? toSentence(description) : `${commands.join(', ')}: ${description}.`,
    ...(/^<(file|folder)>$/.test(setting.argument) ? ['A relative path starts beside the configuration file.'] : []),
    ...(setting.unset === undefined ? [] : [`Not set: ${setting.unset}.`]),
    `Variable: ${toEnvironmentName(setting.name)}.`,
  ];
  return {
    type: other === undefined ? 'string' : [other, 'string'],
    description: sentences.join(' '),
    ...(choices === undefined ? {} : { enum: [...(other === 'boolean' ? [true, false] : []), ...choices, ''] }),
    ...(other === 'array' ? { items: ENTRIES[setting.name] ?? { type: 'integer', minimum: 1 } } : {}),
    ...(setting.default === undefined ? {} : { default: setting.default }),
  };
}

const ATTACHED_KEY = {
  type: 'object',
  additionalProperties: false,
  required: ['key', 'as', 'kind'],
  properties: { key: { type: 'string' }, as: { type: 'string' }, kind: { enum: ATTACHED_KINDS }, personal: { type: 'boolean' } },
};

const SENSITIVE_RULE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    find: { enum: FOUND_THINGS },
    name: { type: 'string' },
    pattern: { type: 'string', maxLength: LONGEST_PATTERN },
    as: { enum: REPLACEMENTS, default: 'mask' },
    keys: { type: 'array', minItems: 1, items: { type: 'string' } },
  },
};

const CALENDAR = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'timezone'],
  properties: {
    name: { type: 'string' },
    timezone: { type: 'string' },
    'first-day-of-week': { enum: WEEKDAYS, default: INFO_MART_RULES.firstDayOfWeek },
    'min-days-in-first-week': { type: 'integer', minimum: 1, maximum: 7 },
    'fiscal-year-start': { type: 'integer', minimum: 1, maximum: 12, default: INFO_MART_RULES.fiscalYearStart },
  },
};

const REPORT = {
  type: 'object',
  additionalProperties: false,
  required: ['report', 'preset', 'at', 'to'],
  properties: {
    name: { type: 'string' },
    report: { type: 'string' },
    preset: { enum: DELIVERED_PRESETS },
    weeks: { enum: WEEKS, default: 'info-mart' },
    by: { type: ['string', 'array'], items: { type: 'string' } },
    format: { enum: DELIVERED_FORMATS, default: 'html' },
    at: { type: 'string' },
    to: { type: ['string', 'array'], items: { type: 'string' } },
    keep: { type: 'integer', minimum: 1 },
  },
};

/** What the lists hold. */
const ENTRIES: Readonly<Record<string, object>> = {
  'attached-data': ATTACHED_KEY,
  'sensitive-data': SENSITIVE_RULE,
  calendars: CALENDAR,
  reports: REPORT,
};

/** The program's own name stays in lower case. */
const toSentence = (text: string): string => `${text.startsWith('chatmart ') ? text : text.charAt(0).toUpperCase() + text.slice(1)}.`;
