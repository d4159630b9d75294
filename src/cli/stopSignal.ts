/** Resolves when the process is asked to stop: Ctrl-C, or SIGTERM. */
export function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(undefined));
  });
}
