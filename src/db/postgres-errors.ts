import { ConfigError, UnavailableError, type ChatmartError } from '../model/errors.js';

/** PostgreSQL's codes that this program acts upon, each named once. */
export const POSTGRES_CODE = {
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
  invalidCatalogName: '3D000',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  tooManyConnections: '53300',
  lockNotAvailable: '55P03',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
} as const;

/** The SQLSTATE of an error, if it is one of PostgreSQL's. */
export const postgresCode = (error: unknown): string | undefined => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** A database URL without its password. */
export function toPrintableUrl(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = '***';
    for (const name of ['password', 'sslpassword']) if (parsed.searchParams.has(name)) parsed.searchParams.set(name, '***');
    return parsed.toString();
  } catch {
    return '(a URL that cannot be read)';
  }
}

/** Says why a session could not be opened, and whether trying later helps. */
export function toConnectError(cause: unknown, url: string): ChatmartError {
  const place = toPrintableUrl(url);
  const reason = reasonOf(cause);
  switch (postgresCode(cause)) {
    case POSTGRES_CODE.invalidPassword:
    case POSTGRES_CODE.invalidAuthorization:
      return new ConfigError('login-refused', `${place} refuses the login: ${reason}`, {
        cause,
        hint: 'Correct user or password of that URL.',
      });
    case POSTGRES_CODE.invalidCatalogName:
      return new ConfigError('no-such-database', `${place}: ${reason}`, {
        cause,
        hint: 'Correct the database name of that URL, or create the database.',
      });
    default:
      return new UnavailableError('database-unreachable', `${place} cannot be reached: ${reason}`, {
        cause,
        hint: 'Check host and port, and that the server runs; then type the same command again.',
      });
  }
}

function reasonOf(cause: unknown): string {
  // Node tries each address of a host and reports them together, with an empty message.
  if (cause instanceof AggregateError) return [...new Set(cause.errors.map(reasonOf))].join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
