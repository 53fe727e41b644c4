import { GROUPS, HIDDEN, type Dictionary, type DictionaryColumn, type DictionaryRelation } from './dictionary.js';
import { describeColumn, referencesOf, titleOf } from './dictionary-words.js';
import { toYaml, type YamlValue } from './yaml.js';

/** A data contract of the mart in the Open Data Contract Standard 3.1: everything that analysts read. */
export function toContract(dictionary: Dictionary): string {
  const { martSchema, schemaVersion, program, relations } = dictionary;
  const shown = relations.filter(({ group }) => group !== 'machinery');
  return toYaml(
    {
      ...{ apiVersion: 'v3.1.0', kind: 'DataContract', id: `chatmart-${martSchema}`, name: titleOf(dictionary) },
      ...{ version: schemaVersion, status: 'active', domain: 'contact-center', dataProduct: 'chatmart' },
      description: {
        purpose:
          'Chat sessions of the contact center, their dimensions and aggregates, loaded from the Interaction Database of Genesys ICON.',
        usage: `Query the views of schema ${dictionary.chatSchema ?? martSchema}; join the tables of schema ${martSchema} by their keys.`,
        limitations: 'Figures are complete until the time that MART_STATUS names. NULL means not known, never 0.',
      },
      tags: ['chat', `chatmart-${program}`],
      schema: shown.map((relation) => toObject(relation, dictionary)),
      slaProperties: [
        {
          property: 'frequency',
          value: 5,
          unit: 'm',
          description: 'chatmart schedule loads every five minutes unless it is configured otherwise.',
        },
      ],
    },
    ['Written by chatmart docs; change nothing here.'],
  );
}

const toObject = (relation: DictionaryRelation, dictionary: Dictionary): YamlValue => ({
  name: relation.schema === dictionary.martSchema ? relation.name : `${relation.schema}_${relation.name}`,
  physicalName: relation.sql,
  ...{ logicalType: 'object', physicalType: relation.isView ? 'view' : 'table' },
  description: relation.comment,
  tags: [GROUPS[relation.group]],
  properties: relation.columns.map((column) => toProperty(column, relation, dictionary)),
});

function toProperty(column: DictionaryColumn, relation: DictionaryRelation, dictionary: Dictionary): YamlValue {
  const position = relation.key.indexOf(column.name);
  const references = referencesOf(dictionary, relation, column);
  return {
    ...{ name: column.name, physicalName: column.name, logicalType: toLogicalType(column.type), physicalType: column.type },
    description: describeColumn(column),
    classification: column.personal === true ? 'restricted' : undefined,
    ...(position < 0 ? { required: column.isNotNull } : { required: true, primaryKey: true, primaryKeyPosition: position + 1 }),
    ...(relation.key.length === 1 && position === 0 ? { unique: true } : {}),
    examples: column.example === undefined || column.example === HIDDEN ? undefined : [column.example],
    relationships: references.length === 0 ? undefined : references.map(({ to, key }) => ({ type: 'foreignKey', to: `${to}.${key}` })),
  };
}

function toLogicalType(type: string): string {
  if (/^(smallint|integer|bigint|numeric\(\d+,0\))$/.test(type)) return 'integer';
  if (/^(numeric|real|double)/.test(type)) return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'date') return 'date';
  if (type.startsWith('timestamp')) return 'timestamp';
  if (type.endsWith('[]')) return 'array';
  return 'string';
}
