import {
  type KernelPool,
  type Kernels,
  openKernelPool,
  openKernels,
  sharedFrom,
  type WasmMemory,
} from '@forge-ml/kernels';
import type { UpdatePlan } from '../model/update-plan.js';
import type { StateMemory } from './state-memory.js';

/** The kernels of an update, over each memory of its state. */
export interface OpenKernels {
  readonly kernels: readonly Kernels[];
  /** Ends their threads. */
  end(): Promise<void>;
}

/** Kernels that share large updates between threads; without threads of their own where nothing is large. */
export async function kernelsFor(
  { parameters }: UpdatePlan,
  state: StateMemory,
  threads: number,
): Promise<OpenKernels> {
  const isLarge = parameters.some(({ name }) => state.view(name).bytes.length >= 4 * sharedFrom);
  const pools: KernelPool[] = [];
  const open = async (memory: WasmMemory): Promise<Kernels> => {
    if (threads === 1 || !isLarge || memory.buffer instanceof ArrayBuffer) return openKernels(memory);
    const pool = await openKernelPool(memory, threads);
    pools.push(pool);
    return pool;
  };
  const kernels = await Promise.all(state.memories.map(open));
  return {
    kernels,
    end: async () => {
      for (const pool of pools) await pool.end();
    },
  };
}
