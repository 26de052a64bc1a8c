import { ForgeError } from '../../errors/forge-error.js';
import { type Batch, type DType, describeTensor, type TensorData } from '../../tensor/tensor-data.js';
import { conversionTo, convert } from './convert-dtype.js';

/**
 * Converts batches to the dtypes that an engine accepts, if that keeps their numbers (see `Engine.accepts`). A batch of
 * accepted dtypes is returned unchanged.
 * @param accepts the engine's accepted dtypes
 * @param engine its name in messages: `the engine cpu of the backend numeric`
 * @returns a function that throws ForgeError DATA_INVALID, naming an array that cannot be converted, its dtype, and the
 * accepted dtypes
 */
export function acceptBatches(accepts: readonly DType[], engine: string): (batch: Batch) => Batch {
  const accepted = new Set(accepts);
  const list = accepts.join(', ');
  return (batch) => {
    for (const name in batch) {
      if (!accepted.has(batch[name]!.dtype)) return convertBatch(batch, accepted, `${engine} accepts ${list}`);
    }
    return batch;
  };
}

function convertBatch(batch: Batch, accepted: ReadonlySet<DType>, acceptance: string): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, data]) => {
      return [name, accepted.has(data.dtype) ? data : convertArray(name, data, accepted, acceptance)];
    }),
  );
}

function convertArray(name: string, data: TensorData, accepted: ReadonlySet<DType>, acceptance: string): TensorData {
  const target = conversionTo(accepted, data.dtype);
  const what = `The array ${name} is ${describeTensor(data)}`;
  if (target === undefined) {
    throw new ForgeError('DATA_INVALID', `${what}, but ${acceptance}.`, {
      about: name,
      hint: `Return ${name} as one of these types from the data config.`,
    });
  }
  const converted = convert(data, target);
  if (!('unfit' in converted)) return converted;
  throw new ForgeError(
    'DATA_INVALID',
    `${what} and holds ${converted.unfit}, but ${acceptance}: ${target} cannot hold it.`,
    {
      about: name,
      hint: `Scale the numbers of ${name} in the data config, or return it as another of these types.`,
    },
  );
}
