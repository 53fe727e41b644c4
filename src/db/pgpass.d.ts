// The package has no types of its own.
declare module 'pgpass' {
  export interface PasswordKey {
    readonly host: string;
    readonly port: number;
    readonly database?: string | undefined;
    readonly user?: string | undefined;
  }
  export default function pgpass(key: PasswordKey, found: (password: string | undefined) => void): void;
}
