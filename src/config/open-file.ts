/**
 * Whether a file with a secret is open to more than libpq lets one be: a file of root may be open to a group, so that an account of its own
 * can read what root, or Kubernetes, put there. Windows has no such mode.
 */
export const isOpenToOthers = ({ mode, uid }: { readonly mode: number; readonly uid: number }): boolean =>
  process.platform !== 'win32' && (mode & (uid === 0 ? 0o037 : 0o077)) !== 0;

/** A file's mode as chmod takes it. */
export const toModeText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
