import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * `arrays`: what typed arrays of this thread hold beside the heap, to the byte; `process`: all there is, native memory
 * and what the allocator keeps too.
 */
export type MemoryKind = 'arrays' | 'process';

/** The size of a process goes up and down by itself, what arrays hold does not. */
const windows: Readonly<Record<MemoryKind, number>> = { arrays: 3, process: 16 };

let collect: (() => void) | undefined;

/** After a garbage collection. */
export async function heldBytes(kind: MemoryKind): Promise<number> {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // What hangs on a promise or a finalizer is free a turn later.
  for (let turn = 0; turn < 2; turn++) {
    await new Promise(setImmediate);
    collect();
  }
  // Not memoryUsage().arrayBuffers: what is moved to other threads and back is counted wrongly there.
  return kind === 'arrays' ? getHeapStatistics().external_memory : process.memoryUsage.rss();
}

/**
 * By how many bytes each call lets the process grow, after a garbage collection. Caches fill once, a
 * leak grows every time: the least of several windows counts.
 * @param allowed so much growth is none: no more windows are needed
 */
export async function growthOf(
  run: (turn: number) => Promise<unknown>,
  calls: number,
  kind: MemoryKind,
  allowed: number,
): Promise<number> {
  let turn = 0;
  const use = async () => {
    for (let call = 0; call < calls; call++) await run(turn++);
  };
  await use();
  let least = Number.POSITIVE_INFINITY;
  let before = await heldBytes(kind);
  for (let window = 0; window < windows[kind] && least > allowed; window++) {
    await use();
    const after = await heldBytes(kind);
    least = Math.min(least, (after - before) / calls);
    before = after;
  }
  return Math.max(0, least);
}
