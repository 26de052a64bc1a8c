import type { TrainSession } from '../../backend/backend.js';
import { outputTensors } from '../../data/output-tensor.js';
import { nameOfType } from '../../data/to-tensor.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { BatchSignature } from '../../run/record/run-record.js';
import { type Batch, isTensorData } from '../../tensor/tensor-data.js';
import { tensorLike } from './tensor-like.js';

/**
 * Lets a session of any backend accept typed arrays and nested lists of numbers as well as tensors, and gives what it
 * predicts a `data`. Anything else is refused by its name before the backend sees it.
 * @param signature the arrays of a training batch
 */
export function acceptArrays(session: TrainSession, signature: BatchSignature): TrainSession {
  // Replaces the session's own methods: a wrapper could not be passed to code that uses its private fields.
  if (!Object.isExtensible(session)) return session;
  const { predict, evaluate, step } = session;
  session.predict = (inputs) => {
    const outputs = predict.call(session, toBatch('session.predict', inputs, signature));
    return outputs instanceof Promise ? outputs.then(outputTensors) : outputTensors(outputs);
  };
  session.evaluate = (batch, request) => evaluate.call(session, toBatch('session.evaluate', batch, signature), request);
  session.step = (batch, request) => step.call(session, toBatch('session.step', batch, signature), request);
  return session;
}

/**
 * Named arrays as a batch.
 * @param method for messages
 * @throws ForgeError DATA_INVALID naming the array
 */
export function toBatch(method: string, given: unknown, signature: BatchSignature): Batch {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw new ForgeError('DATA_INVALID', `${method} takes arrays by name, not ${nameOfType(given)}.`, {
      about: method.replace('session.', ''),
      hint: `Name the array as the data config does: ${method}({ x: … }).`,
    });
  }
  const batch = given as Readonly<Record<string, unknown>>;
  for (const name in batch) if (!isTensorData(batch[name])) return converted(batch, signature);
  return batch as Batch;
}

function converted(batch: Readonly<Record<string, unknown>>, signature: BatchSignature): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, value]) => [
      name,
      tensorLike(name, value, Object.hasOwn(signature, name) ? signature[name] : undefined),
    ]),
  );
}
