import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest files, slowest first: if one of them started last, it would run alone at the end. */
const LONGEST: readonly string[] = [
  'proofs/convergence.test.ts',
  'project/bad-input.test.ts',
  'extract/idb-refusals.test.ts',
  'extract/row-times.test.ts',
  'commands/schedule/daemon-stays.test.ts',
  'proofs/scripted-week.test.ts',
  'proofs/convergence-further.test.ts',
  'proofs/crash-points.test.ts',
  'project/runbook.test.ts',
  'commands/schedule/schedule-process.test.ts',
  'pipeline/concurrency.test.ts',
  'project/first-day.test.ts',
  'project/roles.test.ts',
  'proofs/maintain-crash.test.ts',
  'mart/calendars.test.ts',
  'proofs/mart-equals-oracle.test.ts',
  'commands/maintain/maintain.test.ts',
  'extract/idb-shapes.test.ts',
  'commands/schedule/schedule.test.ts',
  'db/session-settings.test.ts',
  'proofs/any-order.test.ts',
  'pipeline/id-order.test.ts',
  'commands/backfill/backfill.test.ts',
  'load/attached-data.test.ts',
  'pipeline/pair.test.ts',
  'pipeline/changed-source.test.ts',
  'db/proxy-faults.test.ts',
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
