import { inFileOrder, type TensorEntry } from './safetensors-header.js';

/** Tensors that lie in one piece of memory. */
export interface TensorBlock {
  readonly bytes: number;
  readonly tensors: readonly PlacedTensor[];
}

export interface PlacedTensor {
  readonly name: string;
  readonly entry: TensorEntry;
  /** Where it begins in the block. */
  readonly at: number;
}

/** What a block holds, where a single tensor is not larger: who keeps one tensor of it keeps no more than this. */
const usualBytes = 256 * 1024 * 1024;
/** Of the widest elements. */
const alignment = 8;

/**
 * Which tensors share a piece of memory, in the order of the file. Each piece that is allocated makes V8 look for
 * garbage in the whole heap: hundreds of pieces would take longer than reading what goes into them.
 */
export function blocksOf(entries: ReadonlyMap<string, TensorEntry>): TensorBlock[] {
  const blocks: TensorBlock[] = [];
  let tensors: PlacedTensor[] = [];
  let filled = 0;
  for (const [name, entry] of inFileOrder(entries)) {
    let at = Math.ceil(filled / alignment) * alignment;
    if (tensors.length > 0 && at + entry.end - entry.begin > usualBytes) {
      blocks.push({ bytes: filled, tensors });
      tensors = [];
      at = 0;
    }
    tensors.push({ name, entry, at });
    filled = at + entry.end - entry.begin;
  }
  if (tensors.length > 0) blocks.push({ bytes: filled, tensors });
  return blocks;
}
