import { toLabel, toQualified, type Addition } from './mart-addition.js';
import type { MartColumn, MartDefinition } from './mart-definition.js';
import { quoteIdentifier } from '../../db/quote.js';
import { counted } from '../../model/text.js';

export interface FoundColumn extends MartColumn {
  readonly isGenerated: boolean;
  /** A row that does not name it gets a value anyway. */
  readonly hasValue: boolean;
  /** Recognized by its comment, which survives a rename. */
  readonly isOurs: boolean;
}

/** What PostgreSQL has under the name of a table or view of the mart. */
export interface FoundRelation {
  readonly name: string;
  /** `relkind`; null: nothing exists under the name. */
  readonly kind: string | null;
  readonly is_unlogged: boolean;
  readonly access_method: string | null;
  readonly has_key: boolean;
  readonly children: readonly string[];
  /** Other schemas that have a table or view with that name. */
  readonly elsewhere: readonly string[];
  readonly columns: readonly FoundColumn[];
  readonly indexes: readonly { readonly name: string; readonly isUnique: boolean; readonly isValid: boolean }[];
}

const KINDS: Readonly<Record<string, string>> = {
  r: 'a table',
  p: 'a partitioned table',
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

type Found = Omit<Addition, 'table'>;

/** How a table or view differs from the one the migrations create. */
export function judgeRelation(found: FoundRelation, definition: MartDefinition, schema: string): Addition[] {
  const { name, kind } = found;
  const place = { label: toLabel(name), table: toQualified(schema, name), schema };
  const columns = definition.tables.get(name);
  const wrong =
    kind === null
      ? judgeMissing(found, place, columns === undefined)
      : judgeKind(KINDS[kind] ?? 'something else', columns === undefined ? 'a view' : 'a table', place);
  const additions =
    wrong !== undefined
      ? [wrong]
      : columns === undefined
        ? judgeView(found, definition.views.get(name)!, place)
        : [...judgeColumns(found, columns, place), ...judgeIndexes(found, definition.indexes, place), ...judgeStorage(found, place)];
  return additions.map((addition) => ({ ...addition, table: name }));
}

/** The name of a table or view in sentences and in SQL. */
interface Place {
  readonly label: string;
  readonly table: string;
  readonly schema: string;
}

function judgeMissing({ name, elsewhere: [other] }: FoundRelation, { label, table, schema }: Place, isView: boolean): Found {
  const base = { kind: 'relation', severity: 'problem' } as const;
  if (isView) return { ...base, found: `${label} is missing`, next: 'run chatmart migrate, which creates the view again' };
  if (other === undefined) return { ...base, found: `${label} is missing`, next: `restore ${table} from a backup` };
  return {
    ...base,
    found: `${label} is missing from schema ${schema}, but schema ${other} has one of that name`,
    next: `if it was moved there, run: alter table ${toQualified(other, name)} set schema ${quoteIdentifier(schema)};`,
  };
}

const judgeKind = (found: string, wanted: 'a table' | 'a view', { label }: Place): Found | undefined =>
  found === wanted
    ? undefined
    : {
        kind: 'relation',
        severity: 'problem',
        found: `${label} is ${found}; it should be ${wanted}`,
        next: `give ${wanted} that name again`,
      };

function judgeView({ columns }: FoundRelation, wanted: readonly string[], { label, table }: Place): Found[] {
  const names = columns.map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  const added = names.filter((name) => !wanted.includes(name));
  const found: Found[] = [];
  if (missing.length > 0)
    found.push({
      kind: 'relation',
      severity: 'problem',
      found: `view ${label} is missing ${toList(missing)}`,
      next: `run: drop view ${table}; then chatmart migrate creates it again`,
    });
  if (added.length > 0)
    found.push({
      kind: 'relation',
      severity: 'warning',
      found: `view ${label} has columns that chatmart does not know (${toList(added)}); an upgrade cannot replace it`,
      next: `put them into a view of your own, and run: drop view ${table}; then chatmart migrate creates it again`,
    });
  return found;
}

function judgeColumns({ columns }: FoundRelation, wanted: ReadonlyMap<string, MartColumn>, { label, table }: Place): Found[] {
  const renamed = columns.filter(({ name, isOurs }) => isOurs && !wanted.has(name));
  const problem = (name: string, found: string, next: string): Found => ({ kind: 'column', name, severity: 'problem', found, next });
  const missing = [...wanted.values()]
    .filter(({ name }) => !columns.some((column) => column.name === name))
    .map(({ name, type }) => {
      const now = renamed.find((column) => column.type === type);
      return now === undefined
        ? problem(name, `${label} is missing column ${toLabel(name)}`, `restore the column (${type}) and its values from a backup`)
        : problem(
            name,
            `${label} is missing column ${toLabel(name)} and has ${now.name}`,
            `if it was renamed, run: alter table ${table} rename column ${quoteIdentifier(now.name)} to ${quoteIdentifier(name)};`,
          );
    });
  const others = columns.flatMap((column) => {
    const { name, type } = column;
    const was = wanted.get(name);
    const alter = (action: string): string => `run: alter table ${table} alter column ${quoteIdentifier(name)} ${action};`;
    if (was === undefined)
      return column.isNotNull && !column.hasValue
        ? [
            problem(
              name,
              `column ${name} of ${label}, which chatmart does not fill, is not null and has no default`,
              alter('drop not null'),
            ),
          ]
        : [];
    if (column.isGenerated) return [problem(name, `column ${toLabel(name)} of ${label} is generated`, alter('drop expression'))];
    if (column.isIdentity && !was.isIdentity)
      return [problem(name, `column ${toLabel(name)} of ${label} draws its own numbers`, alter('drop identity'))];
    if (was.isIdentity && !column.isIdentity)
      return [problem(name, `column ${toLabel(name)} of ${label} no longer draws numbers`, alter('add generated by default as identity'))];
    if (type !== was.type)
      return [problem(name, `column ${toLabel(name)} of ${label} has type ${type}; it should be ${was.type}`, alter(`type ${was.type}`))];
    return column.isNotNull && !was.isNotNull
      ? [problem(name, `column ${toLabel(name)} of ${label} no longer allows null`, alter('drop not null'))]
      : [];
  });
  return [...missing, ...others];
}

function judgeIndexes(
  { name, has_key: hasKey, indexes }: FoundRelation,
  wanted: ReadonlyMap<string, string>,
  { label, table }: Place,
): Found[] {
  const found: Found[] = [];
  if (!hasKey)
    found.push({
      kind: 'index',
      severity: 'problem',
      found: `${label} has no primary key; rows may be duplicated`,
      next: `create the constraint pk_${name} again, as the migrations of chatmart do`,
    });
  for (const [index, statement] of wanted)
    if (statement.includes(` on ${name} (`) && !indexes.some((each) => each.name === index && each.isValid))
      found.push({
        kind: 'index',
        severity: statement.startsWith('create unique') ? 'problem' : 'warning',
        found: `${label} is missing index ${index}`,
        next: `set search_path to the schema of the mart, and run: drop index if exists ${index}; ${statement};`,
      });
  for (const { name: index, isUnique } of indexes)
    if (isUnique && !wanted.has(index))
      found.push({
        kind: 'constraint',
        name: index,
        severity: 'warning',
        found: `unique index ${index} of ${label} refuses rows with equal values`,
        next: `run: drop index ${table.replace(/\.[^.]*$/, '')}.${quoteIdentifier(index)};`,
      });
  return found;
}

function judgeStorage({ is_unlogged: isUnlogged, access_method: accessMethod, children }: FoundRelation, { label, table }: Place): Found[] {
  const found: Found[] = [];
  if (isUnlogged)
    found.push({
      kind: 'storage',
      severity: 'problem',
      found: `${label} is unlogged; a crash of the server empties it, and standbys and WAL backups do not have its rows`,
      next: `run: alter table ${table} set logged;`,
    });
  if (accessMethod !== null && accessMethod !== 'heap')
    found.push({
      kind: 'storage',
      severity: 'warning',
      found: `${label} uses access method ${accessMethod}, which may not support updates`,
      next: `from PostgreSQL 15 on, run: alter table ${table} set access method heap;`,
    });
  for (const child of children)
    found.push({
      kind: 'inheritance',
      severity: 'problem',
      found: `${label} is inherited by ${child}; queries on it read the rows of both, and no key separates them`,
      next: `run: alter table ${child} no inherit ${table};`,
    });
  return found;
}

/** Foreign keys that are missing: dropped by somebody, or the mart came from a server that has none. */
export const judgeUnrelated = (names: readonly string[]): Addition[] =>
  names.length === 0
    ? []
    : [
        {
          ...{ kind: 'constraint', table: null, severity: 'note' },
          found: `the mart is missing ${counted(names.length, 'foreign key')} (${toList(names)}), by which tools see how its tables join`,
          next: `run chatmart migrate, which makes ${names.length === 1 ? 'it' : 'them'} again, not enforced`,
        },
      ];

const MOST_NAMED = 3;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
