import { pageSize } from './shared-memory.js';
import { Memory, type WasmMemory } from './web-assembly.js';

/** The same as `sharedMemory` for one thread, for engines that reject shared memory. */
export function unsharedMemory(bytes: number): WasmMemory {
  const pages = Math.max(1, Math.ceil(bytes / pageSize));
  return new Memory({ initial: pages, maximum: pages, shared: false });
}
