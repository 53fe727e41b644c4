const closers: (() => unknown)[] = [];

/** Closes something when the test file is done. */
export const closeAfterFile = (close: () => unknown): number => closers.push(close);

/** Closes everything, newest first. Tries all of them, then throws the first error. */
export async function closeAll(): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers.splice(0).reverse())
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw errors[0];
}
