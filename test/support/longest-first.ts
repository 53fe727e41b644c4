import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest files, slowest first: if one of them started last, it would run alone at the end. */
const LONGEST: readonly string[] = [
  'proofs/convergence.test.ts',
  'proofs/convergence-further.test.ts',
  'proofs/crash-points.test.ts',
  'proofs/scripted-week.test.ts',
  'project/roles.test.ts',
  'extract/idb-refusals.test.ts',
  'project/bad-input.test.ts',
  'commands/schedule/daemon-stays.test.ts',
  'extract/row-times.test.ts',
  'project/first-day.test.ts',
  'db/embedded-server.test.ts',
  'pipeline/concurrency.test.ts',
  'proofs/maintain-crash.test.ts',
  'project/runbook.test.ts',
  'report/html-in-browser.test.ts',
  'mart/calendars.test.ts',
  'pipeline/changed-source.test.ts',
  'commands/maintain/maintain.test.ts',
  'proofs/mart-equals-oracle.test.ts',
  'db/proxy-faults.test.ts',
  'db/server-crash.test.ts',
  'commands/aggregate/aggregate.test.ts',
  'mart/schema/mart-altered.test.ts',
  'mart/service-levels.test.ts',
  'commands/schedule/deliver.test.ts',
  'commands/schedule/schedule.test.ts',
  'extract/idb-shapes.test.ts',
  'proofs/concurrent-writers.test.ts',
  'db/session-settings.test.ts',
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
