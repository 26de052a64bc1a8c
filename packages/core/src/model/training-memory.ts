import type { MemoryEstimate } from '../backend/backend.js';

/** What a training is expected to take of the memory of the machine, in addition to the engine alone, in bytes. */
export interface TrainingMemory {
  readonly total: number;
  /** Only the parts that this training has. */
  readonly parts: Readonly<Partial<MemoryEstimate>>;
}

export interface MemoryUse {
  /** Whether it evaluates. */
  readonly evaluates: boolean;
  readonly saveMode: string;
}

export function trainingMemory(estimate: MemoryEstimate, { evaluates, saveMode }: MemoryUse): TrainingMemory {
  const { evaluation, saving, ...always } = estimate;
  const all = { ...always, ...(evaluates && { evaluation }), ...(saveMode === 'async' && { saving }) };
  const parts = Object.fromEntries(Object.entries(all).filter(([, bytes]) => bytes > 0));
  return { total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0), parts };
}
