/** A browser has six connections to a server for all its windows: two are left to load data. */
const mostStreams = 4;

/**
 * Reserves one of the connections that windows of this browser may keep open. A window that is closed gives its own back.
 * @param locks undefined in a page that is not from this machine and not encrypted: there windows do not know of each other
 * @returns gives it back; undefined if none is free
 */
export async function takeStream(locks: LockManager | undefined): Promise<(() => void) | undefined> {
  if (locks === undefined) return () => undefined;
  for (let place = 0; place < mostStreams; place++) {
    const release = await reserve(locks, `forge-stream-${place}`);
    if (release !== undefined) return release;
  }
  return undefined;
}

function reserve(locks: LockManager, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock !== null) return new Promise((release) => resolve(release));
      resolve(undefined);
      return undefined;
    };
    locks.request(name, { ifAvailable: true }, hold).catch(() => resolve(undefined));
  });
}
