import type { Command } from 'commander';
import type { CommandContext } from './terminal/context.js';

/** A command of the program: what `chatmart --help` says of it, and its module, loaded only when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: (context: CommandContext) => Promise<Command>;
}

/** All commands, in the order of --help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'simulate a month of chats, load it and print the reports',
    load: async (context) => (await import('./commands/demo/command.js')).demoCommand(context),
  },
  {
    name: 'migrate',
    summary: 'create or upgrade the Info Mart',
    load: async (context) => (await import('./commands/migrate/command.js')).migrateCommand(context),
  },
  {
    name: 'run',
    summary: 'one cycle: extract, transform, load, aggregate',
    load: async (context) => (await import('./commands/run/command.js')).runCommand(context),
  },
  {
    name: 'schedule',
    summary: 'cycles and upkeep at their times, until it is told to end',
    load: async (context) => (await import('./commands/schedule/command.js')).scheduleCommand(context),
  },
  {
    name: 'backfill',
    summary: 'load history by slices, beside the scheduled job',
    load: async (context) => (await import('./commands/backfill/command.js')).backfillCommand(context),
  },
  {
    name: 'aggregate',
    summary: 'rebuild the aggregates of a range of time',
    load: async (context) => (await import('./commands/aggregate/command.js')).aggregateCommand(context),
  },
  {
    name: 'reconcile',
    summary: 'compare a range of the IDB with the Info Mart and repair',
    load: async (context) => (await import('./commands/reconcile/command.js')).reconcileCommand(context),
  },
  {
    name: 'maintain',
    summary: 'extend the calendar, delete what is past its retention',
    load: async (context) => (await import('./commands/maintain/command.js')).maintainCommand(context),
  },
  {
    name: 'erase',
    summary: 'forget interactions, and load them never again',
    load: async (context) => (await import('./commands/erase/command.js')).eraseCommand(context),
  },
  {
    name: 'report',
    summary: 'print a report as table, CSV or JSON',
    load: async (context) => (await import('./commands/report/command.js')).reportCommand(context),
  },
  {
    name: 'status',
    summary: 'how complete the Info Mart is, and what waits',
    load: async (context) => (await import('./commands/status/command.js')).statusCommand(context),
  },
  {
    name: 'doctor',
    summary: 'look for whatever keeps chatmart from working well',
    load: async (context) => (await import('./commands/doctor/command.js')).doctorCommand(context),
  },
  {
    name: 'discards',
    summary: 'list what could not be loaded as it came, or read it again',
    load: async (context) => (await import('./commands/discards/command.js')).discardsCommand(context),
  },
  {
    name: 'simulate',
    summary: 'write invented chat sessions into an IDB',
    load: async (context) => (await import('./commands/simulate/command.js')).simulateCommand(context),
  },
  {
    name: 'spec',
    summary: 'check an ICON attached-data specification',
    load: async (context) => (await import('./commands/spec/command.js')).specCommand(context),
  },
  {
    name: 'config',
    summary: 'show what is configured, and which place set it',
    load: async (context) => (await import('./commands/config/command.js')).configCommand(context),
  },
  {
    name: 'db',
    summary: 'start, stop or find the embedded PostgreSQL server',
    load: async (context) => (await import('./commands/db/command.js')).dbCommand(context),
  },
  {
    name: 'sql',
    summary: 'run a read-only query on the Info Mart',
    load: async (context) => (await import('./commands/sql/command.js')).sqlCommand(context),
  },
  {
    name: 'completion',
    summary: 'print a script that completes chatmart in a shell',
    load: async (context) => (await import('./commands/completion/command.js')).completionCommand(context, COMMANDS),
  },
];
