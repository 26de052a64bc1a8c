import type { TrainSession } from '../../backend/backend.js';
import { isTensorData, nameOfType, toTensor } from '../../data/to-tensor.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Batch } from '../../tensor/tensor-data.js';

/**
 * Lets a session of any backend take what `fromArrays` takes: typed arrays and lists of numbers beside tensors.
 * Anything else is refused by its name before the backend sees it.
 */
export function acceptArrays(session: TrainSession): TrainSession {
  // Its own methods are replaced: a wrapper could not be handed to what looks for its private fields.
  if (!Object.isExtensible(session)) return session;
  const { predict, evaluate, step } = session;
  session.predict = (inputs) => predict.call(session, asBatch('predict', inputs));
  session.evaluate = (batch) => evaluate.call(session, asBatch('evaluate', batch));
  session.step = (batch, request) => step.call(session, asBatch('step', batch), request);
  return session;
}

/** @throws ForgeError DATA_INVALID naming the array */
function asBatch(method: string, given: unknown): Batch {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw new ForgeError('DATA_INVALID', `session.${method} takes arrays by name, not ${nameOfType(given)}.`, {
      about: method,
      hint: `Name the array as the data config does: session.${method}({ x: … }).`,
    });
  }
  const batch = given as Readonly<Record<string, unknown>>;
  for (const name in batch) if (!isTensorData(batch[name])) return converted(batch);
  return batch as Batch;
}

function converted(batch: Readonly<Record<string, unknown>>): Batch {
  return Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, toTensor(name, value)]));
}
