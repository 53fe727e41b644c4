/** A parameter of a database URL, or a variable that says the same for all URLs. */
interface Parameter {
  readonly name: string;
  /** libpq's variable for it. */
  readonly variable?: string;
  /** The values that it may have; undefined: any. */
  readonly accepted?: RegExp;
  /** Why it can have no other, and what to do instead. */
  readonly otherwise?: string;
  /** An accepted value asks for what is done anyway: nothing follows from it. */
  readonly isMoot?: true;
}

const moot = (name: string, variable: string | undefined, accepted: RegExp, otherwise: string): Parameter => ({
  ...(variable === undefined ? {} : { variable }),
  ...{ name, accepted, otherwise, isMoot: true },
});
const NOTHING = /^$/;
const NOT_SUPPORTED = 'it is not supported';
const VERIFY = `${NOT_SUPPORTED}: write sslmode verify-full`;
const NO_GSS = 'logging in by GSSAPI is not supported: leave it out';
const NO_OAUTH = 'logging in by OAuth is not supported: leave it out';
const SILENCE = `${NOT_SUPPORTED}: a server that says nothing for 30 s is asked over another session what it does; leave it out`;

/** libpq's parameters, in the order of its documentation. One that is not here is refused, and so is a value that is not accepted. */
const PARAMETERS: readonly Parameter[] = [
  { name: 'host', variable: 'PGHOST' },
  moot('hostaddr', 'PGHOSTADDR', NOTHING, `${NOT_SUPPORTED}: write the address into the URL as its host`),
  { name: 'port', variable: 'PGPORT' },
  { name: 'dbname', variable: 'PGDATABASE' },
  { name: 'user', variable: 'PGUSER' },
  { name: 'password', variable: 'PGPASSWORD' },
  { name: 'passfile', variable: 'PGPASSFILE' },
  moot(
    'require_auth',
    'PGREQUIREAUTH',
    NOTHING,
    `${NOT_SUPPORTED}: with sslmode verify-full only the right server is told a password; leave it out`,
  ),
  moot('channel_binding', 'PGCHANNELBINDING', /^(disable|prefer)$/, VERIFY),
  {
    ...{ name: 'connect_timeout', variable: 'PGCONNECT_TIMEOUT' },
    ...{ accepted: /^\s*\+?0*[1-9]\d{0,5}\s*$/, otherwise: 'it must be a number of seconds from 1 on' },
  },
  moot('client_encoding', 'PGCLIENTENCODING', /^(|auto|utf-?8|unicode)$/i, 'texts come and go in UTF8: leave it out'),
  { name: 'options', variable: 'PGOPTIONS' },
  moot('application_name', 'PGAPPNAME', NOTHING, 'sessions have the names of the commands that open them: leave it out'),
  // libpq takes it where no application_name is given, and ours always is.
  moot('fallback_application_name', undefined, /^/, ''),
  { name: 'keepalives', accepted: /^[01]$/, otherwise: 'it must be 0 or 1' },
  { name: 'keepalives_idle', accepted: /^\d{1,6}$/, otherwise: 'it must be a number of seconds' },
  moot('keepalives_interval', undefined, /^0?$/, SILENCE),
  moot('keepalives_count', undefined, /^0?$/, SILENCE),
  moot('tcp_user_timeout', undefined, /^0?$/, SILENCE),
  moot('replication', undefined, /^(|0|no|off|false)$/i, 'a session for replication reads no tables: leave it out'),
  moot('gssencmode', 'PGGSSENCMODE', /^(disable|prefer)$/, VERIFY),
  // Its values are tls-settings' matter.
  { name: 'sslmode', variable: 'PGSSLMODE' },
  moot('requiressl', 'PGREQUIRESSL', /^(?!1)/, 'write sslmode require, or stronger'),
  moot('sslnegotiation', 'PGSSLNEGOTIATION', /^postgres$/, `${NOT_SUPPORTED}: leave it out`),
  // libpq does without where the server has none, and none has any more.
  moot('sslcompression', 'PGSSLCOMPRESSION', /^[01]?$/, 'it must be 0 or 1'),
  { name: 'sslcert', variable: 'PGSSLCERT' },
  { name: 'sslkey', variable: 'PGSSLKEY' },
  moot('sslkeylogfile', undefined, NOTHING, `${NOT_SUPPORTED}: leave it out`),
  { name: 'sslpassword' },
  moot('sslcertmode', 'PGSSLCERTMODE', /^(disable|allow)$/, `${NOT_SUPPORTED}: leave it out`),
  { name: 'sslrootcert', variable: 'PGSSLROOTCERT' },
  moot('sslcrl', 'PGSSLCRL', NOTHING, 'lists of revoked certificates are not supported: leave it out'),
  moot('sslcrldir', 'PGSSLCRLDIR', NOTHING, 'lists of revoked certificates are not supported: leave it out'),
  moot('sslsni', 'PGSSLSNI', /^1?$/, `${NOT_SUPPORTED}: the server is told the name of the host in any case; leave it out`),
  moot('requirepeer', 'PGREQUIREPEER', NOTHING, `${NOT_SUPPORTED}: leave it out`),
  moot(
    'ssl_min_protocol_version',
    'PGSSLMINPROTOCOLVERSION',
    /^(|TLSv1([.][12])?)$/i,
    `${NOT_SUPPORTED}: TLSv1.2 is the oldest version that is spoken; leave it out`,
  ),
  moot(
    'ssl_max_protocol_version',
    'PGSSLMAXPROTOCOLVERSION',
    /^(|TLSv1[.]3)$/i,
    `${NOT_SUPPORTED}: the newest version that both sides know is spoken; leave it out`,
  ),
  moot('min_protocol_version', 'PGMINPROTOCOLVERSION', /^(|3[.]0)$/, `${NOT_SUPPORTED}: version 3.0 is spoken; leave it out`),
  moot('max_protocol_version', 'PGMAXPROTOCOLVERSION', /^(|3[.]\d|latest)$/, `${NOT_SUPPORTED}: version 3.0 is spoken; leave it out`),
  moot('krbsrvname', 'PGKRBSRVNAME', NOTHING, NO_GSS),
  moot('gsslib', 'PGGSSLIB', NOTHING, NO_GSS),
  moot('gssdelegation', 'PGGSSDELEGATION', /^0?$/, NO_GSS),
  moot('scram_client_key', undefined, NOTHING, `${NOT_SUPPORTED}: write the password`),
  moot('scram_server_key', undefined, NOTHING, `${NOT_SUPPORTED}: write the password`),
  moot('oauth_issuer', undefined, NOTHING, NO_OAUTH),
  moot('oauth_client_id', undefined, NOTHING, NO_OAUTH),
  moot('oauth_client_secret', undefined, NOTHING, NO_OAUTH),
  moot('oauth_scope', undefined, NOTHING, NO_OAUTH),
  moot('service', 'PGSERVICE', NOTHING, 'services are not supported: write all that it says into the URL'),
  moot('servicefile', 'PGSERVICEFILE', /^/, ''),
  {
    ...{ name: 'target_session_attrs', variable: 'PGTARGETSESSIONATTRS' },
    accepted: /^(any|read-write|read-only|primary|standby|prefer-standby)$/,
    otherwise: 'it must be any, read-write, read-only, primary, standby or prefer-standby',
  },
  moot(
    'load_balance_hosts',
    'PGLOADBALANCEHOSTS',
    /^disable$/,
    `${NOT_SUPPORTED}: the sessions of a run need the same server, so hosts are tried as they are listed; leave it out`,
  ),
];

/** What libpq's other variables ask for. */
const FURTHER_VARIABLES: readonly (Parameter & { readonly variable: string })[] = [
  { ...moot('', undefined, /^ISO\b/i, 'dates and times are read in the form ISO'), variable: 'PGDATESTYLE' },
  { ...moot('', undefined, /^(Etc\/)?(UTC|UCT|GMT|Zulu|Universal|Greenwich)$/i, 'sessions are in UTC'), variable: 'PGTZ' },
  { ...moot('', undefined, /^(on|true|yes|1)$/i, 'the planner is left as the server has it'), variable: 'PGGEQO' },
];

/** Parameters of a database URL that are secrets. */
export const SECRET_PARAMETERS: readonly string[] = [
  'password',
  'sslpassword',
  'scram_client_key',
  'scram_server_key',
  'oauth_client_secret',
];

/** All that libpq knows, by name. */
export const URL_PARAMETERS: ReadonlyMap<string, Parameter> = new Map(PARAMETERS.map((parameter) => [parameter.name, parameter]));

/** The value of a parameter; undefined where it is empty, too, for that is libpq's default. */
export function valueOf(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = parameters.get(name);
  return value === '' ? undefined : value;
}

/** Variables that fill in what a URL leaves open: `PGHOST` by `host`. */
export const FILLING_VARIABLES: ReadonlyMap<string, string> = new Map(
  PARAMETERS.flatMap(({ name, variable, isMoot }) => (variable === undefined || isMoot ? [] : [[name, variable]])),
);

/** Why a parameter cannot be obeyed, or undefined. Repeats no value: it may be a password in the wrong place. */
export function parameterProblem(name: string, value: string): string | undefined {
  const parameter = URL_PARAMETERS.get(name);
  if (parameter === undefined) return unknownProblem(name);
  const { accepted, otherwise } = parameter;
  if (accepted === undefined || accepted.test(value)) return undefined;
  return `has the parameter "${name}"; ${otherwise}`;
}

function unknownProblem(name: string): string {
  // As JDBC writes it; libpq makes require of it, which trusts anybody.
  if (name === 'ssl') return 'has the parameter "ssl", which is not supported: write sslmode=verify-full, or a weaker one';
  const shown = /^[a-z][a-z0-9_.-]{1,40}$/i.test(name) ? `the parameter "${name}"` : 'a parameter';
  return `has ${shown}, which is not known here: leave it out`;
}

/** Why databases cannot be connected to as libpq's variables ask for. Repeats no value. */
export const variableProblems = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  [...PARAMETERS, ...FURTHER_VARIABLES].flatMap(({ variable, accepted, otherwise, isMoot }) => {
    const value = variable === undefined ? undefined : environment[variable];
    // Those that fill in a URL are judged there.
    if (!value || !isMoot || accepted!.test(value)) return [];
    return [`${variable} is set; ${otherwise!.replace(/[:;] leave it out$/, '')}, and unset ${variable}`];
  });
