import { toLabel, toQualified, type Addition } from './mart-addition.js';
import { quoteIdentifier } from '../../db/quote.js';

interface Events {
  /** Such as `insert`; for an event trigger, its event. */
  readonly events: readonly string[];
  readonly isEnabled: boolean;
}

/** A trigger, a rule or a constraint on a table of the mart. */
export type FoundCode = { readonly table: string; readonly name: string } & (
  | {
      readonly kind: 'trigger';
      readonly detail: Events & { readonly isBefore: boolean; readonly isRow: boolean; readonly function: string };
    }
  | { readonly kind: 'rule'; readonly detail: Events & { readonly isInstead: boolean } }
  | { readonly kind: 'constraint'; readonly detail: { readonly definition: string; readonly isOurs: boolean } }
  | { readonly kind: 'reference'; readonly detail: { readonly definition: string; readonly from: string } }
  | { readonly kind: 'event-trigger'; readonly detail: Events & { readonly function: string } }
);

/** What a foreign trigger, rule or constraint may do to the rows that chatmart writes. */
export function judgeCode(found: FoundCode, schema: string): Addition {
  const { name } = found;
  const quoted = quoteIdentifier(name);
  switch (found.kind) {
    case 'trigger': {
      const { isBefore, isRow, events, isEnabled, function: called } = found.detail;
      const when = `${isBefore ? 'before' : 'after'} ${events.join(' or ')}, each ${isRow ? 'row' : 'statement'}, function ${called}`;
      const mayChange = isBefore && isRow ? ' can skip or change rows' : ' can refuse rows';
      return {
        ...{
          kind: 'trigger',
          name,
          calls: toName(called),
          table: found.table,
          severity: !isEnabled || !(isBefore && isRow) ? 'note' : 'warning',
        },
        found: `trigger ${name} of ${toLabel(found.table)} (${when})${isEnabled ? mayChange : ' is disabled'}`,
        next: `run: alter table ${toQualified(schema, found.table)} disable trigger ${quoted};`,
      };
    }
    case 'rule': {
      const { isInstead, events, isEnabled } = found.detail;
      const effect = isInstead ? ` replaces ${events.join(' or ')}` : ` adds to ${events.join(' or ')}`;
      return {
        ...{ kind: 'rule', name, table: found.table, severity: !isEnabled ? 'note' : isInstead ? 'problem' : 'warning' },
        found: `rule ${name} of ${toLabel(found.table)}${isEnabled ? effect : ' is disabled'}`,
        next: `run: drop rule ${quoted} on ${toQualified(schema, found.table)};`,
      };
    }
    case 'constraint':
      if (found.detail.isOurs)
        return {
          ...{ kind: 'constraint', name, table: found.table, severity: 'warning' },
          found: `foreign key ${name} of ${toLabel(found.table)} is enforced; it can refuse rows, and slows down each load`,
          next: `run: alter table ${toQualified(schema, found.table)} alter constraint ${quoted} not enforced;`,
        };
      return {
        ...{ kind: 'constraint', name, table: found.table, severity: 'warning' },
        found: `constraint ${name} of ${toLabel(found.table)} can refuse rows: ${found.detail.definition}`,
        next: `run: alter table ${toQualified(schema, found.table)} drop constraint ${quoted};`,
      };
    case 'reference':
      return {
        ...{ kind: 'reference', name, table: found.table, severity: 'warning' },
        found: `foreign key ${name} of ${found.detail.from} points to ${toLabel(found.table)}, whose rows chatmart deletes and rewrites: ${found.detail.definition}`,
        next: `run: alter table ${found.detail.from} drop constraint ${quoted};`,
      };
    case 'event-trigger':
      return {
        ...{ kind: 'event-trigger', name, calls: toName(found.detail.function), table: null, severity: 'note' },
        found: `event trigger ${name} (${found.detail.events.join(', ')}, function ${found.detail.function})${found.detail.isEnabled ? ' can refuse what chatmart creates' : ' is disabled'}`,
        next: `as a superuser, run: alter event trigger ${quoted} disable;`,
      };
  }
}

/** A function's name without its schema. */
const toName = (called: string): string => called.replace(/^.*[.]/, '').replace(/^"|"$/g, '');

/** Row-level security of a table of the mart. */
export interface FoundPolicies {
  readonly table: string;
  readonly role: string;
  readonly is_owner: boolean;
  readonly is_forced: boolean;
  /** From the role, or from roles that read through views. */
  readonly hides: boolean;
  readonly policies: readonly string[];
}

export function judgePolicies({ table, role, is_owner, is_forced, hides, policies }: FoundPolicies, schema: string): Addition {
  const named = policies.length === 0 ? 'without a policy' : `policies ${policies.join(', ')}`;
  const place = toQualified(schema, table);
  const free =
    is_forced && is_owner ? `alter table ${place} no force row level security;` : `alter table ${place} disable row level security;`;
  return {
    ...{ kind: 'row-security', table, severity: hides ? 'problem' : 'note' },
    found: hides
      ? `row-level security of ${toLabel(table)} (${named}) hides rows from ${is_forced ? 'everyone, including the owner' : `role ${role}`}`
      : `row-level security of ${toLabel(table)} (${named}) hides rows from others; role ${role} sees all`,
    next: `as a superuser, run: alter role ${quoteIdentifier(role)} bypassrls; or as the owner of the table: ${free}`,
  };
}

/** A publication that blocks updates and deletions of rows in a table of the mart. */
export interface FoundPublication {
  readonly table: string;
  readonly publication: string;
  /** The table has no replica identity. False: the publication omits columns of it, or filters rows by other columns. */
  readonly has_no_key: boolean;
  readonly condition: string;
}

export function judgePublication({ table, publication, has_no_key: hasNoKey, condition }: FoundPublication, schema: string): Addition {
  const place = toQualified(schema, table);
  const why = hasNoKey
    ? 'which has no replica identity'
    : condition === ''
      ? 'but omits columns of its replica identity'
      : `filtered by ${condition}, which its replica identity does not contain`;
  return {
    ...{ kind: 'publication', name: publication, table, severity: 'problem' },
    found: `publication ${publication} publishes updates or deletions of ${toLabel(table)}, ${why}; PostgreSQL refuses them`,
    next: hasNoKey
      ? `run: alter table ${place} replica identity default;`
      : `publish the table with all columns and rows, or run: alter table ${place} replica identity full;`,
  };
}
