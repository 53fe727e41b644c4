import type { CommandEntry } from './terminal/context.js';

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
    summary: 'load what is new in the IDB, and update the aggregates',
    load: async (context) => (await import('./commands/run/command.js')).runCommand(context),
  },
  {
    name: 'schedule',
    summary: 'run loads and maintenance on a schedule',
    load: async (context) => (await import('./commands/schedule/command.js')).scheduleCommand(context),
  },
  {
    name: 'backfill',
    summary: 'load history, slice by slice',
    load: async (context) => (await import('./commands/backfill/command.js')).backfillCommand(context),
  },
  {
    name: 'aggregate',
    summary: 'rebuild the aggregates of a time range',
    load: async (context) => (await import('./commands/aggregate/command.js')).aggregateCommand(context),
  },
  {
    name: 'reconcile',
    summary: 'compare the IDB with the Info Mart, and repair it',
    load: async (context) => (await import('./commands/reconcile/command.js')).reconcileCommand(context),
  },
  {
    name: 'maintain',
    summary: 'extend the calendar, and purge what is past its retention',
    load: async (context) => (await import('./commands/maintain/command.js')).maintainCommand(context),
  },
  {
    name: 'erase',
    summary: 'erase interactions permanently',
    load: async (context) => (await import('./commands/erase/command.js')).eraseCommand(context),
  },
  {
    name: 'report',
    summary: 'print a report as a table, CSV or JSON',
    load: async (context) => (await import('./commands/report/command.js')).reportCommand(context),
  },
  {
    name: 'docs',
    summary: 'write a data dictionary, and models for BI tools',
    load: async (context) => (await import('./commands/docs/command.js')).docsCommand(context),
  },
  {
    name: 'export',
    summary: 'write the Info Mart as Parquet or CSV files of a data lake',
    load: async (context) => (await import('./commands/export/command.js')).exportCommand(context),
  },
  {
    name: 'name',
    summary: 'name tenants and media types, as reports show them',
    load: async (context) => (await import('./commands/name/command.js')).nameCommand(context),
  },
  {
    name: 'status',
    summary: 'show how up to date the Info Mart is, and what delays it',
    load: async (context) => (await import('./commands/status/command.js')).statusCommand(context),
  },
  {
    name: 'doctor',
    summary: 'check the databases and the configuration for problems',
    load: async (context) => (await import('./commands/doctor/command.js')).doctorCommand(context),
  },
  {
    name: 'discards',
    summary: 'list what could not be loaded as it came, or retry it',
    load: async (context) => (await import('./commands/discards/command.js')).discardsCommand(context),
  },
  {
    name: 'simulate',
    summary: 'write simulated chat sessions into an IDB',
    load: async (context) => (await import('./commands/simulate/command.js')).simulateCommand(context),
  },
  {
    name: 'spec',
    summary: 'check an ICON attached-data specification',
    load: async (context) => (await import('./commands/spec/command.js')).specCommand(context),
  },
  {
    name: 'config',
    summary: 'show and explain the configuration',
    load: async (context) => (await import('./commands/config/command.js')).configCommand(context),
  },
  {
    name: 'db',
    summary: 'start, stop or locate the embedded PostgreSQL server',
    load: async (context) => (await import('./commands/db/command.js')).dbCommand(context),
  },
  {
    name: 'sql',
    summary: 'run a read-only query on the Info Mart',
    load: async (context) => (await import('./commands/sql/command.js')).sqlCommand(context),
  },
  {
    name: 'completion',
    summary: 'print a script for shell completion',
    load: async (context) => (await import('./commands/completion/command.js')).completionCommand(context, COMMANDS),
  },
];
