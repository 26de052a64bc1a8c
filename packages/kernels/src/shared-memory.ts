import { Memory, type WasmMemory } from './web-assembly.js';

export const pageSize = 65_536;
const maxPages = 65_536;

/**
 * A memory for kernels, engines and threads, of zeros, which never moves. Pages of it take place only when they are used.
 * @param bytes at most 4 GiB
 * @throws RangeError for more, or if the process cannot have so much
 */
export function sharedMemory(bytes: number): WasmMemory {
  const pages = Math.max(1, Math.ceil(bytes / pageSize));
  if (!(pages <= maxPages)) throw new RangeError(`A memory has at most 4 GiB, not ${bytes} bytes.`);
  return new Memory({ initial: pages, maximum: pages, shared: true });
}
