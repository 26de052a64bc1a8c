import { inFileOrder, type TensorEntry } from './safetensors-header.js';

/** Tensors that share one allocation. */
export interface TensorBlock {
  readonly bytes: number;
  readonly tensors: readonly PlacedTensor[];
}

export interface PlacedTensor {
  readonly name: string;
  readonly entry: TensorEntry;
  /** Byte offset in the block. */
  readonly at: number;
}

/** Largest block, except for a single larger tensor: a caller that keeps one tensor keeps its whole block alive. */
const maxBlockBytes = 256 * 1024 * 1024;
/** Bytes of the widest elements. */
const alignment = 8;

/**
 * Groups tensors into allocations, in the order of the file. Each large allocation makes V8 collect garbage: hundreds
 * of them would take longer than reading the tensors.
 */
export function blocksOf(entries: ReadonlyMap<string, TensorEntry>): TensorBlock[] {
  const blocks: TensorBlock[] = [];
  let tensors: PlacedTensor[] = [];
  let filled = 0;
  for (const [name, entry] of inFileOrder(entries)) {
    let at = Math.ceil(filled / alignment) * alignment;
    if (tensors.length > 0 && at + entry.end - entry.begin > maxBlockBytes) {
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
