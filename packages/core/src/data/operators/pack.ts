import { ForgeError } from '../../errors/forge-error.js';
import type { Packing } from '../../preprocessing/steps/step.js';
import { type Batch, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset } from '../indexed.js';
import { tensorsOf } from '../stack.js';
import { together } from './batch.js';
import { readAll } from './read-all.js';

/**
 * Puts short sequences together, as many as fit into a length: each element of the result has the sequences of several
 * elements one after the other. Which, depends on the lengths only (best fit, the longest first).
 * @param names the arrays, which have one length in each element
 * @param packing of arrays that number the elements, or the places: see `MadeArray`
 * @throws ForgeError DATA_INVALID for data whose order differs between epochs, a sequence that is too long, or other arrays
 */
export async function pack<T>(
  source: Dataset<T>,
  length: number,
  names: readonly string[],
  packing: Readonly<Record<string, Packing>> = {},
): Promise<Dataset<Batch>> {
  checkCount('The length of a packed sequence', length, 1);
  const lengths: number[] = [];
  const fixed = await readAll(source, (element, index) => {
    lengths.push(lengthOf(tensorsOf(element, index), index, length, names));
  });
  if (!fixed || !(source instanceof IndexedDataset)) {
    throw new ForgeError('DATA_INVALID', 'pack needs data with random access and the same order in every epoch.', {
      about: 'pack',
      hint: 'Call pack before shuffle; put cache() before it if the data is a stream.',
    });
  }
  const packs = fit(lengths, length);
  return new IndexedDataset(packs.length, (epoch) => {
    const elements = source.openEpoch(epoch);
    return {
      at: (index) => {
        const indices = packs[index]!;
        return together(elements, indices, (examples) =>
          join(
            examples.map((example, at) => tensorsOf(example, indices[at]!)),
            names,
            packing,
          ),
        );
      },
      dependsOnEpoch: elements.dependsOnEpoch,
    };
  });
}

function lengthOf(
  tensors: ReadonlyMap<string, TensorData>,
  index: number,
  most: number,
  names: readonly string[],
): number {
  const other = [...tensors.keys()].find((name) => !names.includes(name));
  if (other !== undefined) {
    throw new ForgeError('DATA_INVALID', `pack cannot join the array "${other}": it has no length of its own.`, {
      about: other,
      hint: 'Pack only what has a value for each token. For one label for each text, use bucketByLength().',
    });
  }
  const length = tensors.get(names[0]!)?.shape[0] ?? 0;
  if (length <= most) return length;
  throw new ForgeError('DATA_INVALID', `Element ${index} has ${length} tokens, and pack makes sequences of ${most}.`, {
    about: 'pack',
    hint: 'Cut longer texts with maxLength, or pack into longer sequences.',
  });
}

/** The elements of each sequence, in their order. */
function fit(lengths: readonly number[], most: number): number[][] {
  const packs: number[][] = [];
  /** The sequences with so much room. */
  const withRoom: number[][][] = Array.from({ length: most + 1 }, () => []);
  const longestFirst = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const index of longestFirst) {
    const length = lengths[index]!;
    let room = length;
    while (room <= most && withRoom[room]!.length === 0) room++;
    const found = room <= most ? withRoom[room]!.pop()! : [];
    if (found.length === 0) packs.push(found);
    found.push(index);
    withRoom[(room <= most ? room : most) - length]!.push(found);
  }
  for (const one of packs) one.sort((a, b) => a - b);
  return packs.sort(([a], [b]) => a! - b!);
}

function join(
  examples: readonly ReadonlyMap<string, TensorData>[],
  names: readonly string[],
  packing: Readonly<Record<string, Packing>>,
): Batch {
  const isNumbered = names.some((name) => packing[name] === 'sequence');
  const joined = names.map((name) => {
    const parts = examples.map((tensors) => tensors.get(name)!);
    const { dtype, shape } = parts[0]!;
    const length = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
    if (packing[name] === 'sequence') {
      const numbers = parts.flatMap((part, at) => new Array<number>(part.shape[0]!).fill(at + 1));
      return [name, tensor(Int32Array.from(numbers))] as const;
    }
    if (packing[name] === 'position' && !isNumbered) {
      return [name, tensor(Int32Array.from({ length }, (_, at) => at))] as const;
    }
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part.bytes, at);
      at += part.bytes.length;
    }
    return [name, { dtype, shape: [length, ...shape.slice(1)], bytes }] as const;
  });
  return Object.fromEntries(joined);
}
