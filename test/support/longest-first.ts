import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest files, slowest first: if one of them started last, it would run alone at the end. */
const LONGEST: readonly string[] = [
  'proofs/convergence.test.ts',
  'proofs/scripted-week.test.ts',
  'proofs/convergence-further.test.ts',
  'proofs/crash-points.test.ts',
  'project/runbook.test.ts',
  'commands/schedule/schedule-process.test.ts',
  'jobs/waits.test.ts',
  'project/bad-input.test.ts',
  'pipeline/concurrency.test.ts',
  'proofs/maintain-crash.test.ts',
  'commands/maintain/maintain.test.ts',
  'commands/schedule/schedule.test.ts',
  'proofs/any-order.test.ts',
  'proofs/mart-equals-oracle.test.ts',
  'commands/backfill/backfill.test.ts',
  'db/session-settings.test.ts',
  'pipeline/pair.test.ts',
  'db/proxy-faults.test.ts',
  'extract/idb-shapes.test.ts',
];

/** Files of a project must be adjacent, because only then do they share workers. */
const PROJECTS = ['process', 'database', 'pure', 'measured'];

/** Starts with the slowest files, so that all workers are busy to the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications);
    return sorted.toSorted((one, other) => projectRank(one) - projectRank(other) || fileRank(one) - fileRank(other));
  }
}

const projectRank = ({ project }: TestSpecification): number => PROJECTS.indexOf(project.name);

function fileRank({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(name));
  return rank < 0 ? LONGEST.length : rank;
}
