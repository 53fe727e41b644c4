import { toNext } from '../../mart/schema/explain-mart-error.js';
import { findAdditions } from '../../mart/schema/mart-additions.js';
import { findSequencesBehind } from '../../mart/schema/mart-sequences.js';
import { ok, type Diagnosis } from './finding.js';
import type { MartPatient } from './patient.js';

/** Is the mart as chatmart made it, or has somebody added something to it, changed it or taken something away? */
export async function checkAdditions({ connection }: Pick<MartPatient, 'connection'>): Promise<Diagnosis[]> {
  const additions = [...(await findSequencesBehind(connection)), ...(await findAdditions(connection))];
  if (additions.length === 0) return [ok('tables, views and indexes are as chatmart made them, and nobody else’s code works on them')];
  return additions.map((addition) => ({ severity: addition.severity, found: addition.found, next: toNext(addition) }));
}
