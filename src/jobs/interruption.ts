const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work`; when the process is told to end meanwhile (Ctrl-C, kill), `cleanUp` runs first and the signal then takes its course.
 * A second signal ends the process at once.
 */
export async function withCleanUpOnSignal<T>(cleanUp: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const stopListening = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const endBy = (signal: NodeJS.Signals): void => {
    stopListening();
    process.kill(process.pid, signal); // without a listener: the shell sees how the program ended
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (interruption.signal.aborted) {
      endBy(signal);
      return;
    }
    interruption.abort();
    void cleanUp()
      .catch(() => undefined)
      .then(() => endBy(signal));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work();
  } finally {
    // Cleaning up ends the sessions of `work`; the errors that follow from that are not the operator's.
    if (interruption.signal.aborted) await new Promise(() => undefined);
    stopListening();
  }
}
