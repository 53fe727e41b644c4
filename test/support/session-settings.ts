/**
 * How each setting is handled that PostgreSQL allows for a role or a database. `pinned`: every session has the same value. `judged`: the
 * value is checked, and replaced if harmful. `refused`: nothing is done while it is set so. `harmless`: the rest, with the reason. A
 * setting in none of the lists has not been considered yet.
 */
export type Treatment = 'pinned' | 'judged' | 'refused' | 'harmless';

export interface SettingRule {
  readonly treatment: Treatment;
  readonly reason: string;
  /** Values to test; by default the ends of its range, the other values of an enumeration, or the other value of a switch. */
  readonly values?: readonly string[];
}

const names = (text: string): string[] => text.trim().split(/\s+/);

const GROUPS: readonly (readonly [treatment: Treatment, reason: string, names: readonly string[]])[] = [
  [
    'pinned',
    'isolation: a serializable transaction is refused on a standby, and a deferrable one waits',
    names('default_transaction_isolation default_transaction_deferrable'),
  ],
  [
    'pinned',
    'how values are written and read',
    names(`client_encoding TimeZone DateStyle IntervalStyle bytea_output extra_float_digits array_nulls quote_all_identifiers`),
  ],
  [
    'pinned',
    'what an expression or a name means',
    names('standard_conforming_strings transform_null_equals gin_fuzzy_search_limit restrict_nonsystem_relation_kind'),
  ],
  ['pinned', 'where rows are put', names('default_table_access_method')],
  ['judged', 'off becomes local: a commit that was told is on disk', names('synchronous_commit')],
  ['judged', 'PostgreSQL’s own schema comes first', names('search_path')],
  [
    'pinned',
    'what ends a session or sends it more than rows',
    names('exit_on_error client_min_messages jit tcp_keepalives_idle tcp_keepalives_interval'),
  ],
  [
    'judged',
    'limits of a job are its own',
    names(`statement_timeout lock_timeout idle_in_transaction_session_timeout idle_session_timeout transaction_timeout
      client_connection_check_interval`),
  ],
  ['refused', 'PostgreSQL passes damaged pages over', names('zero_damaged_pages ignore_checksum_failure')],
  ['refused', 'a mart that may not be written; an IDB is read all the same', names('default_transaction_read_only')],
  [
    'harmless',
    'of one transaction: each begins with its default',
    names('transaction_isolation transaction_read_only transaction_deferrable'),
  ],
  ['judged', 'a hidden row is an error where what is seen is taken for all there is', names('row_security')],
  ['harmless', 'each session gives its own name', names('application_name')],
  [
    'harmless',
    'how a statement is planned and how much of the machine it takes: its rows are the same',
    names(`backend_flush_after constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction
      debug_parallel_query force_parallel_mode default_statistics_target effective_cache_size effective_io_concurrency enable_async_append
      enable_bitmapscan enable_distinct_reordering enable_gathermerge enable_group_by_reordering enable_hashagg enable_hashjoin
      enable_incremental_sort enable_indexonlyscan enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop
      enable_parallel_append enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate enable_partitionwise_join
      enable_presorted_aggregate enable_self_join_elimination enable_seqscan enable_sort enable_tidscan from_collapse_limit geqo geqo_effort
      geqo_generations geqo_pool_size geqo_seed geqo_selection_bias geqo_threshold hash_mem_multiplier io_combine_limit join_collapse_limit
      jit_above_cost jit_expressions jit_inline_above_cost jit_optimize_above_cost jit_tuple_deforming jit_debugging_support jit_dump_bitcode
      jit_profiling_support maintenance_io_concurrency maintenance_work_mem max_parallel_maintenance_workers max_parallel_workers
      max_parallel_workers_per_gather min_parallel_index_scan_size min_parallel_table_scan_size parallel_leader_participation
      parallel_setup_cost parallel_tuple_cost plan_cache_mode random_page_cost recursive_worktable_factor seq_page_cost synchronize_seqscans
      temp_buffers work_mem`),
  ],
  [
    'harmless',
    'how changes are written to disk, not which',
    names(`commit_delay commit_siblings default_toast_compression file_copy_method gin_pending_list_limit vacuum_buffer_usage_limit
      vacuum_cost_delay vacuum_cost_limit vacuum_cost_page_dirty vacuum_cost_page_hit vacuum_cost_page_miss vacuum_failsafe_age
      vacuum_freeze_min_age vacuum_freeze_table_age vacuum_max_eager_freeze_failure_rate vacuum_multixact_failsafe_age
      vacuum_multixact_freeze_min_age vacuum_multixact_freeze_table_age vacuum_truncate wal_compression wal_consistency_checking
      wal_init_zero wal_recycle wal_skip_threshold`),
  ],
  [
    'harmless',
    'what the server writes into its log or counts; no statement here holds a password',
    names(`backtrace_functions compute_query_id debug_pretty_print debug_print_parse debug_print_plan debug_print_rewritten log_connections
      log_disconnections log_duration log_error_verbosity log_executor_stats log_lock_failures log_lock_waits log_min_duration_sample
      log_min_duration_statement log_min_error_statement log_min_messages log_parameter_max_length log_parameter_max_length_on_error
      log_parser_stats log_planner_stats log_replication_commands log_statement log_statement_sample_rate log_statement_stats log_temp_files
      log_transaction_sample_rate trace_notify trace_sort track_activities track_cost_delay_timing track_counts track_functions
      track_io_timing track_wal_io_timing update_process_title`),
  ],
  [
    'harmless',
    'of what this program does not use: XML, text search, roles, functions, large objects, replication, columns of composite types',
    names(`check_function_bodies createrole_self_grant debug_logical_replication_streaming default_text_search_config dynamic_library_path
      event_triggers extension_control_path extension_destdir icu_validation_level lo_compat_privileges logical_decoding_work_mem
      md5_password_warnings password_encryption scram_iterations wal_sender_timeout xmlbinary xmloption allow_in_place_tablespaces
      allow_system_table_mods composite_type_mismatch output_plugin_libraries`),
  ],
  [
    'harmless',
    'words and signs of a language: no statement asks for them, no message is read',
    names('lc_messages lc_monetary lc_numeric lc_time'),
  ],
  ['harmless', 'of texts with a backslash, which are written as E strings here', names('backslash_quote escape_string_warning')],
  ['harmless', 'words for zones in times; times come with an offset', names('timezone_abbreviations')],
  ['harmless', 'a mart has no triggers and no foreign keys of its own', names('session_replication_role')],
  ['harmless', 'where files lie', names('default_tablespace temp_tablespaces')],
  ['harmless', 'how soon a deadlock is seen', names('deadlock_timeout')],
  ['harmless', 'a lost connection is noticed and tried again', names('tcp_keepalives_count tcp_user_timeout post_auth_delay')],
  ['harmless', 'a statement is never read in two moments of the statistics', names('stats_fetch_consistency')],
  ['harmless', 'an error that says so, and no other result', names('max_stack_depth temp_file_limit')],
  ['harmless', 'slower, not other', names('ignore_system_indexes debug_discard_caches')],
  [
    'harmless',
    'what is loaded into a session is its server’s; one that cannot be loaded is an error',
    names('local_preload_libraries session_preload_libraries'),
  ],
];

/** Settings for which the ends of the range prove nothing or cannot be used. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  default_transaction_isolation: ['serializable', 'repeatable read'],
  search_path: ['shadows, pg_catalog, infomart, public'],
  client_encoding: ['LATIN1'],
  TimeZone: ['America/St_Johns', 'Asia/Kathmandu'],
  DateStyle: ['German', 'SQL, DMY'],
  default_table_access_method: ['no_such_method'],
  default_tablespace: ['no_such_tablespace'],
  temp_tablespaces: ['no_such_tablespace'],
  default_text_search_config: ['pg_catalog.german'],
  restrict_nonsystem_relation_kind: ['view, foreign-table'],
  // Readers have their role's value; that jobs do not is shown elsewhere.
  statement_timeout: ['60000'],
  transaction_timeout: ['60000'],
  lock_timeout: ['60000'],
  idle_session_timeout: ['60000'],
  idle_in_transaction_session_timeout: ['60000'],
  application_name: ['somebody'],
  post_auth_delay: [],
  ignore_system_indexes: [],
  transaction_isolation: [],
  transaction_read_only: [],
  transaction_deferrable: [],
  max_stack_depth: ['100'],
  debug_discard_caches: [],
  jit_debugging_support: [],
  jit_profiling_support: [],
  log_connections: [],
  log_disconnections: [],
  // More than the machine has.
  temp_buffers: ['100'],
  maintenance_work_mem: ['1024'],
  work_mem: ['64'],
  timezone_abbreviations: ['India'],
  createrole_self_grant: ['set, inherit'],
  lc_messages: ['C'],
  lc_monetary: ['C'],
  lc_numeric: ['C'],
  lc_time: ['C'],
  // Logs the plans of all statements and compiles their functions.
  debug_print_plan: [],
  debug_print_parse: [],
  debug_print_rewritten: [],
};

export const SETTING_RULES: ReadonlyMap<string, SettingRule> = new Map(
  GROUPS.flatMap(([treatment, reason, members]) =>
    members.map((name) => [name, { treatment, reason, ...(VALUES[name] === undefined ? {} : { values: VALUES[name] }) }]),
  ),
);

/** A row of pg_settings. */
export interface ServerSetting {
  readonly name: string;
  readonly setting: string;
  readonly vartype: string;
  readonly enumvals: readonly string[] | null;
  readonly min_val: string | null;
  readonly max_val: string | null;
}

/** One or two values far from the current one. */
export function awkwardValues({ name, setting, vartype, enumvals, min_val: min, max_val: max }: ServerSetting): readonly string[] {
  const { values } = SETTING_RULES.get(name) ?? {};
  if (values !== undefined) return values;
  const others = (some: readonly (string | null | undefined)[]): string[] =>
    [...new Set(some)].filter((value): value is string => value != null && value !== setting);
  switch (vartype) {
    case 'bool':
      return others(['on', 'off']);
    case 'enum': {
      const different = others(enumvals ?? []);
      return others([different.at(0), different.at(-1)]);
    }
    case 'string':
      return [];
    default:
      return others([min, max]);
  }
}

/** What a user may have in a schema of their own: functions, operators and views with names that statements use. */
export const SHADOWS = `create schema shadows;
  create function shadows.pg_backend_pid() returns int return 1;
  create function shadows.age(xid) returns int return 1;
  create function shadows.md5(text) returns text return 'shadow';
  create function shadows.current_setting(text, boolean) returns text return null;
  create function shadows.set_config(text, text, boolean) returns text return null;
  create function shadows.differ(text, text) returns boolean return false;
  create operator shadows.= (leftarg = text, rightarg = text, function = shadows.differ);
  create view shadows.pg_class as select 1 as oid;
  grant usage on schema shadows to public`;
