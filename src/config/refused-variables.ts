/**
 * libpq's variables that ask for a protection, or for another server, which cannot be had here; with the values that ask for nothing more
 * than there is. To pass the others over would be to connect otherwise than was asked for.
 */
const REFUSED: Readonly<Record<string, { readonly harmless: RegExp; readonly instead: string }>> = {
  PGREQUIRESSL: { harmless: /^0$/, instead: 'write PGSSLMODE=require, or stronger' },
  PGREQUIREAUTH: { harmless: /^$/, instead: 'it is not supported: with PGSSLMODE=verify-full only the right server is told a password' },
  PGREQUIREPEER: { harmless: /^$/, instead: 'it is not supported' },
  PGCHANNELBINDING: { harmless: /^(disable|prefer)$/, instead: 'it is not supported: write PGSSLMODE=verify-full' },
  PGGSSENCMODE: { harmless: /^(disable|prefer)$/, instead: 'it is not supported: write PGSSLMODE=verify-full' },
  PGSSLNEGOTIATION: { harmless: /^postgres$/, instead: 'it is not supported' },
  PGSSLCERTMODE: { harmless: /^(disable|allow)$/, instead: 'it is not supported' },
  PGSSLCRL: { harmless: /^$/, instead: 'lists of revoked certificates are not supported' },
  PGSSLCRLDIR: { harmless: /^$/, instead: 'lists of revoked certificates are not supported' },
  PGSSLMINPROTOCOLVERSION: { harmless: /^TLSv1([.][12])?$/i, instead: 'it is not supported: TLSv1.2 is the oldest version that is spoken' },
  PGSERVICE: { harmless: /^$/, instead: 'services are not supported: write all that it says into the URL' },
  PGHOSTADDR: { harmless: /^$/, instead: 'it is not supported: write the address into the URL as its host' },
};

/** Why databases cannot be connected to as libpq's variables ask for. Repeats no value. */
export const refusedVariableProblems = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(REFUSED)
    .filter(([name, { harmless }]) => environment[name] && !harmless.test(environment[name]))
    .map(([name, { instead }]) => `${name} is set; ${instead}, and unset ${name}`);
