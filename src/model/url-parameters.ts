/** A parameter of a database URL, or a variable that applies to all URLs. */
interface Parameter {
  readonly name: string;
  /** libpq's variable for it. */
  readonly variable?: string;
  /** The values that it may have; undefined: any. */
  readonly accepted?: RegExp;
  /** Why other values are not accepted. */
  readonly why?: string;
  /** What to write instead; default: nothing, the parameter is to be omitted. */
  readonly instead?: string;
  /** An accepted value asks for what happens anyway, and has no effect. */
  readonly isMoot?: true;
}

const moot = (name: string, variable: string | undefined, accepted: RegExp, why: string, instead?: string): Parameter => ({
  ...(variable === undefined ? {} : { variable }),
  ...(instead === undefined ? {} : { instead }),
  ...{ name, accepted, why, isMoot: true },
});
const NOTHING = /^$/;
const NOT_SUPPORTED = 'it is not supported';
const VERIFY = 'sslmode verify-full';
const NO_GSS = 'GSSAPI login is not supported';
const NO_OAUTH = 'OAuth login is not supported';
const SILENCE = `${NOT_SUPPORTED}: after 30 s of silence the server is asked over another session`;

/** libpq's parameters, in the order of its documentation. Any other parameter is refused, and so is a value that is not accepted. */
const PARAMETERS: readonly Parameter[] = [
  { name: 'host', variable: 'PGHOST' },
  moot('hostaddr', 'PGHOSTADDR', NOTHING, NOT_SUPPORTED, 'the address as the host of the URL'),
  { name: 'port', variable: 'PGPORT' },
  { name: 'dbname', variable: 'PGDATABASE' },
  { name: 'user', variable: 'PGUSER' },
  { name: 'password', variable: 'PGPASSWORD' },
  { name: 'passfile', variable: 'PGPASSFILE' },
  moot('require_auth', 'PGREQUIREAUTH', NOTHING, `${NOT_SUPPORTED}: sslmode verify-full sends the password to the right server only`),
  moot('channel_binding', 'PGCHANNELBINDING', /^(disable|prefer)$/, NOT_SUPPORTED, VERIFY),
  {
    ...{ name: 'connect_timeout', variable: 'PGCONNECT_TIMEOUT' },
    ...{ accepted: /^\s*\+?0*[1-9]\d{0,5}\s*$/, why: 'it must be a number of seconds from 1 on' },
  },
  moot('client_encoding', 'PGCLIENTENCODING', /^(|auto|utf-?8|unicode)$/i, 'text is always exchanged in UTF8'),
  { name: 'options', variable: 'PGOPTIONS' },
  moot('application_name', 'PGAPPNAME', NOTHING, 'sessions are named after the commands that open them'),
  // libpq uses it only without an application_name, and ours is always set.
  moot('fallback_application_name', undefined, /^/, ''),
  { name: 'keepalives', accepted: /^[01]$/, why: 'it must be 0 or 1' },
  { name: 'keepalives_idle', accepted: /^\d{1,6}$/, why: 'it must be a number of seconds' },
  moot('keepalives_interval', undefined, /^0?$/, SILENCE),
  moot('keepalives_count', undefined, /^0?$/, SILENCE),
  moot('tcp_user_timeout', undefined, /^0?$/, SILENCE),
  moot('replication', undefined, /^(|0|no|off|false)$/i, 'a replication session cannot read tables'),
  moot('gssencmode', 'PGGSSENCMODE', /^(disable|prefer)$/, NOT_SUPPORTED, VERIFY),
  // tls-settings judges its values.
  { name: 'sslmode', variable: 'PGSSLMODE' },
  moot('requiressl', 'PGREQUIRESSL', /^(?!1)/, NOT_SUPPORTED, 'sslmode require or stronger'),
  moot('sslnegotiation', 'PGSSLNEGOTIATION', /^postgres$/, NOT_SUPPORTED),
  // libpq goes without compression if the server has none, and no current server has any.
  moot('sslcompression', 'PGSSLCOMPRESSION', /^[01]?$/, 'it must be 0 or 1'),
  { name: 'sslcert', variable: 'PGSSLCERT' },
  { name: 'sslkey', variable: 'PGSSLKEY' },
  moot('sslkeylogfile', undefined, NOTHING, NOT_SUPPORTED),
  { name: 'sslpassword' },
  moot('sslcertmode', 'PGSSLCERTMODE', /^(disable|allow)$/, NOT_SUPPORTED),
  { name: 'sslrootcert', variable: 'PGSSLROOTCERT' },
  moot('sslcrl', 'PGSSLCRL', NOTHING, 'certificate revocation lists are not supported'),
  moot('sslcrldir', 'PGSSLCRLDIR', NOTHING, 'certificate revocation lists are not supported'),
  moot('sslsni', 'PGSSLSNI', /^1?$/, `${NOT_SUPPORTED}: the server is always told the host name`),
  moot('requirepeer', 'PGREQUIREPEER', NOTHING, NOT_SUPPORTED),
  moot(
    'ssl_min_protocol_version',
    'PGSSLMINPROTOCOLVERSION',
    /^(|TLSv1([.][12])?)$/i,
    `${NOT_SUPPORTED}: TLSv1.2 is the oldest version used`,
  ),
  moot(
    'ssl_max_protocol_version',
    'PGSSLMAXPROTOCOLVERSION',
    /^(|TLSv1[.]3)$/i,
    `${NOT_SUPPORTED}: the newest version that both sides know is used`,
  ),
  moot('min_protocol_version', 'PGMINPROTOCOLVERSION', /^(|3[.]0)$/, `${NOT_SUPPORTED}: version 3.0 is used`),
  moot('max_protocol_version', 'PGMAXPROTOCOLVERSION', /^(|3[.]\d|latest)$/, `${NOT_SUPPORTED}: version 3.0 is used`),
  moot('krbsrvname', 'PGKRBSRVNAME', NOTHING, NO_GSS),
  moot('gsslib', 'PGGSSLIB', NOTHING, NO_GSS),
  moot('gssdelegation', 'PGGSSDELEGATION', /^0?$/, NO_GSS),
  moot('scram_client_key', undefined, NOTHING, NOT_SUPPORTED, 'the password'),
  moot('scram_server_key', undefined, NOTHING, NOT_SUPPORTED, 'the password'),
  moot('oauth_issuer', undefined, NOTHING, NO_OAUTH),
  moot('oauth_client_id', undefined, NOTHING, NO_OAUTH),
  moot('oauth_client_secret', undefined, NOTHING, NO_OAUTH),
  moot('oauth_scope', undefined, NOTHING, NO_OAUTH),
  moot('service', 'PGSERVICE', NOTHING, 'services are not supported', 'what the service says into the URL'),
  moot('servicefile', 'PGSERVICEFILE', /^/, ''),
  {
    ...{ name: 'target_session_attrs', variable: 'PGTARGETSESSIONATTRS' },
    accepted: /^(any|read-write|read-only|primary|standby|prefer-standby)$/,
    why: 'it must be any, read-write, read-only, primary, standby or prefer-standby',
  },
  moot(
    'load_balance_hosts',
    'PGLOADBALANCEHOSTS',
    /^disable$/,
    `${NOT_SUPPORTED}: the sessions of a run need the same server, so hosts are tried in the order listed`,
  ),
];

/** libpq's other variables. */
const FURTHER_VARIABLES: readonly (Parameter & { readonly variable: string })[] = [
  { ...moot('', undefined, /^ISO\b/i, 'dates and times are always read in ISO format'), variable: 'PGDATESTYLE' },
  { ...moot('', undefined, /^(Etc\/)?(UTC|UCT|GMT|Zulu|Universal|Greenwich)$/i, 'sessions are always in UTC'), variable: 'PGTZ' },
  { ...moot('', undefined, /^(on|true|yes|1)$/i, 'the planner settings of the server are always used'), variable: 'PGGEQO' },
];

/** Parameters of a database URL that are secrets. */
export const SECRET_PARAMETERS: readonly string[] = [
  'password',
  'sslpassword',
  'scram_client_key',
  'scram_server_key',
  'oauth_client_secret',
];

/** All parameters known to libpq, by name. */
export const URL_PARAMETERS: ReadonlyMap<string, Parameter> = new Map(PARAMETERS.map((parameter) => [parameter.name, parameter]));

/** The value of a parameter; undefined also if it is empty, which means libpq's default. */
export function valueOf(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = parameters.get(name);
  return value === '' ? undefined : value;
}

/** Parameters with the variable that fills each in when a URL leaves it open: `host` with `PGHOST`. */
export const FILLING_VARIABLES: ReadonlyMap<string, string> = new Map(
  PARAMETERS.flatMap(({ name, variable, isMoot }) => (variable === undefined || isMoot ? [] : [[name, variable]])),
);

/** Why a parameter cannot be obeyed, or undefined. Repeats no value, which may be a misplaced password. */
export function parameterProblem(name: string, value: string): string | undefined {
  const parameter = URL_PARAMETERS.get(name);
  if (parameter === undefined) return unknownProblem(name);
  const { accepted, why, instead, isMoot } = parameter;
  if (accepted === undefined || accepted.test(value)) return undefined;
  const remedy = instead !== undefined ? `; write ${instead}` : isMoot ? '; omit it' : '';
  return `has the parameter "${name}"; ${why}${remedy}`;
}

function unknownProblem(name: string): string {
  // JDBC's spelling; libpq turns it into sslmode=require, which trusts any server.
  if (name === 'ssl') return 'has the parameter "ssl", which is not supported; write sslmode=verify-full, or a weaker mode';
  const shown = /^[a-z][a-z0-9_.-]{1,40}$/i.test(name) ? `the parameter "${name}"` : 'a parameter';
  return `has ${shown}, which is unknown; omit it`;
}

/** The variables of libpq that ask for something impossible, one problem each. Repeats no value. */
export const variableProblems = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  [...PARAMETERS, ...FURTHER_VARIABLES].flatMap(({ variable, accepted, why, instead, isMoot }) => {
    const value = variable === undefined ? undefined : environment[variable];
    // Variables that fill in a URL are judged there.
    if (!value || !isMoot || accepted!.test(value)) return [];
    return [`${variable} is set; ${why}; ${instead === undefined ? '' : `write ${instead} and `}unset ${variable}`];
  });
