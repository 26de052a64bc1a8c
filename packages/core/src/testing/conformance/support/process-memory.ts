import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * `arrays`: memory of this thread's typed arrays outside the heap, exact to the byte. `process`: resident set size, which
 * includes native memory and free memory that the allocator keeps.
 */
export type MemoryKind = 'arrays' | 'process';

/** How often to measure. The size of a process fluctuates; that of arrays does not. */
const windows: Readonly<Record<MemoryKind, number>> = { arrays: 3, process: 16 };

let collect: (() => void) | undefined;

/** Measures memory after a garbage collection. */
export async function heldBytes(kind: MemoryKind): Promise<number> {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // Memory that a promise or a finalizer refers to is freed a turn later.
  for (let turn = 0; turn < 2; turn++) {
    await new Promise(setImmediate);
    collect();
  }
  // Not memoryUsage().arrayBuffers, which is wrong for memory transferred to other threads and back.
  return kind === 'arrays' ? getHeapStatistics().external_memory : process.memoryUsage.rss();
}

/**
 * The growth in bytes per call, after a garbage collection. Caches fill once, a leak grows every time: so the minimum of
 * several windows counts.
 * @param allowed growth that is ignored: once a window is below it, no more are measured
 */
export async function growthOf(
  run: (turn: number) => Promise<unknown>,
  calls: number,
  kind: MemoryKind,
  allowed: number,
): Promise<number> {
  let turn = 0;
  const runAll = async () => {
    for (let call = 0; call < calls; call++) await run(turn++);
  };
  await runAll();
  let least = Number.POSITIVE_INFINITY;
  let before = await heldBytes(kind);
  for (let window = 0; window < windows[kind] && least > allowed; window++) {
    await runAll();
    const after = await heldBytes(kind);
    least = Math.min(least, (after - before) / calls);
    before = after;
  }
  return Math.max(0, least);
}
