import { ForgeError } from '../../errors/forge-error.js';
import { type Batch, describeTensor, type TensorData } from '../../tensor/tensor-data.js';

/**
 * Predicts for arrays of any length in batches, and concatenates the outputs.
 * @param predict `TrainSession.predict` or an equivalent
 * @param size examples per batch. Default: all in one batch
 * @throws ForgeError DATA_INVALID for arrays of different lengths, MODEL_INVALID for outputs that cannot be concatenated
 */
export async function predictInBatches(
  predict: (inputs: Batch) => Batch | Promise<Batch>,
  inputs: Batch,
  size?: number,
): Promise<Batch> {
  const count = examplesIn(inputs);
  if (size === undefined || count <= size) return predict(inputs);
  const parts = new Map<string, TensorData[]>();
  for (let start = 0; start < count; start += size) {
    const length = Math.min(size, count - start);
    const outputs = await predict(rowsOf(inputs, start, length));
    for (const [name, output] of Object.entries(outputs)) {
      if (output.shape[0] !== length) throw noBatchDimension(name, output, length);
      const before = parts.get(name);
      if (before === undefined) parts.set(name, [output]);
      else before.push(output);
    }
  }
  return Object.fromEntries([...parts].map(([name, pieces]) => [name, concatenate(pieces, count)]));
}

function examplesIn(inputs: Batch): number {
  const [first, ...others] = Object.entries(inputs);
  if (first === undefined) throw new ForgeError('DATA_INVALID', 'There is no input array to predict from.');
  const [firstName, { shape }] = first;
  const [count] = shape;
  for (const [name, array] of [first, ...others]) {
    if (count !== undefined && array.shape[0] === count) continue;
    const message = `The array ${name} is ${describeTensor(array)}, ${firstName} is ${describeTensor(first[1])}.`;
    throw new ForgeError('DATA_INVALID', message, {
      about: name,
      hint: 'Give all arrays the same number of examples along their first dimension.',
    });
  }
  return count!;
}

function rowsOf(inputs: Batch, start: number, length: number): Batch {
  const rows = Object.entries(inputs).map(([name, { dtype, shape, bytes }]) => {
    const row = bytes.length / shape[0]!;
    const part = bytes.subarray(start * row, (start + length) * row);
    return [name, { dtype, shape: [length, ...shape.slice(1)], bytes: part }] as const;
  });
  return Object.fromEntries(rows);
}

function concatenate(pieces: readonly TensorData[], count: number): TensorData {
  const { dtype, shape } = pieces[0]!;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, end);
    end += piece.bytes.length;
  }
  return { dtype, shape: [count, ...shape.slice(1)], bytes };
}

function noBatchDimension(name: string, output: TensorData, length: number): ForgeError {
  return new ForgeError('MODEL_INVALID', `The output ${name} is ${describeTensor(output)} for ${length} examples.`, {
    about: name,
    hint: 'It does not have one row per example. Omit --batch-size to predict all in one batch.',
  });
}
