// What Citus 13.2 refuses of statements that change the schema. As rules.mjs; `breaks` gets the parsed statement.
import { DISTRIBUTION_KEY, kindOfTable } from './distribution.mjs';
import { textOf } from './scopes.mjs';

const UNIQUE = new Set(['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_EXCLUSION']);
const CHECKED = new Set([...UNIQUE, 'CONSTR_CHECK', 'CONSTR_FOREIGN']);
/** Other forms of ALTER TABLE that Citus does not pass on. */
const UNSUPPORTED = new Set(['AT_SetStatistics', 'AT_SetStorage', 'AT_SetCompression', 'AT_AddInherit', 'AT_DropInherit']);

const kindOf = (range) =>
  range === undefined || range.relpersistence === 't' || range.schemaname === 'pg_temp' ? 'local' : kindOfTable(range.relname);
const commandsOf = ({ AlterTableStmt: alter }) => (alter?.cmds ?? []).map((command) => command.AlterTableCmd);
const isAlterOfCitus = (statement) => statement.AlterTableStmt !== undefined && kindOf(statement.AlterTableStmt.relation) !== 'local';
const added = (statement) =>
  commandsOf(statement)
    .filter(({ subtype }) => subtype === 'AT_AddColumn')
    .map(({ def }) => def.ColumnDef);
const constraintsOf = (column) => (column.constraints ?? []).map(({ Constraint }) => Constraint);

/** The constraints of a statement, with the columns that they name. */
function constraints(statement) {
  const elements = [
    ...(statement.CreateStmt?.tableElts ?? []),
    ...commandsOf(statement)
      .filter(({ def }) => def?.Constraint !== undefined || def?.ColumnDef !== undefined)
      .map(({ def }) => def),
  ];
  return elements.flatMap(({ ColumnDef: column, Constraint: constraint }) =>
    column === undefined
      ? [{ ...constraint, columns: (constraint.keys ?? []).map(textOf) }]
      : constraintsOf(column).map((each) => ({ ...each, columns: [column.colname] })),
  );
}

export const DDL_RULES = [
  {
    name: 'unique-without-key',
    says: 'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column; creating unique indexes on non-partition columns is currently unsupported',
    why: 'A worker sees only its own rows.',
    instead: `Begin it with ${DISTRIBUTION_KEY}.`,
    breaks: (statement) => {
      const { IndexStmt: index } = statement;
      if (index?.unique === true)
        return kindOf(index.relation) === 'distributed' && !index.indexParams.some(({ IndexElem }) => IndexElem.name === DISTRIBUTION_KEY);
      const relation = (statement.CreateStmt ?? statement.AlterTableStmt)?.relation;
      return (
        kindOf(relation) === 'distributed' &&
        constraints(statement).some(
          ({ contype, columns, indexname }) => UNIQUE.has(contype) && indexname === undefined && !columns.includes(DISTRIBUTION_KEY),
        )
      );
    },
  },
  {
    name: 'column-with-unnamed-constraint',
    says: 'cannot execute ADD COLUMN command with PRIMARY KEY, UNIQUE, FOREIGN and CHECK constraints',
    why: 'The nodes would choose names of their own.',
    instead: 'Name the constraint, in a statement of its own.',
    breaks: (statement) =>
      isAlterOfCitus(statement) &&
      added(statement).some((column) =>
        constraintsOf(column).some(({ contype, conname }) => CHECKED.has(contype) && conname === undefined),
      ),
  },
  {
    name: 'column-with-sequence',
    says: 'cannot execute ADD COLUMN commands involving serial pseudotypes / identity columns when metadata is synchronized to workers',
    why: 'The workers would need parts of the sequence.',
    instead: 'Draw keys from a sequence of the coordinator.',
    breaks: (statement) =>
      isAlterOfCitus(statement) &&
      added(statement).some(
        (column) =>
          /^(small|big)?serial/.test(textOf(column.typeName.names.at(-1))) ||
          constraintsOf(column).some(({ contype }) => contype === 'CONSTR_IDENTITY'),
      ),
  },
  {
    name: 'changed-type-of-key',
    says: 'cannot execute ALTER TABLE command involving partition column',
    why: 'Rows would belong to other shards.',
    instead: 'Leave it.',
    breaks: (statement) =>
      isAlterOfCitus(statement) &&
      kindOf(statement.AlterTableStmt.relation) === 'distributed' &&
      commandsOf(statement).some(
        ({ subtype, name }) => (subtype === 'AT_AlterColumnType' || subtype === 'AT_DropColumn') && name === DISTRIBUTION_KEY,
      ),
  },
  {
    name: 'unsupported-alter',
    says: 'alter table command is currently unsupported: Only ADD|DROP COLUMN, SET|DROP NOT NULL, SET|DROP DEFAULT ..',
    why: 'Citus does not pass it on to the shards.',
    instead: 'Leave it out.',
    breaks: (statement) => isAlterOfCitus(statement) && commandsOf(statement).some(({ subtype }) => UNSUPPORTED.has(subtype)),
  },
  {
    name: 'renamed-constraint',
    says: 'renaming constraints belonging to distributed tables is currently unsupported',
    why: "The shards' constraints have names made from it.",
    instead: 'Drop it and add another one, or keep the name.',
    breaks: ({ RenameStmt: rename }) => rename?.renameType === 'OBJECT_TABCONSTRAINT' && kindOf(rename.relation) !== 'local',
  },
  {
    name: 'trigger',
    says: 'triggers are not supported on distributed tables',
    why: 'Rows are written on the workers.',
    instead: 'Do it in the statement that writes.',
    breaks: (statement) =>
      kindOf(statement.CreateTrigStmt?.relation) !== 'local' ||
      (isAlterOfCitus(statement) && commandsOf(statement).some(({ subtype }) => /Trig/.test(subtype))),
  },
];
