import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

type Inputs = Readonly<Record<string, unknown>> | readonly unknown[];

/** The functions of the engine through which every operation, and every reading of values, goes. */
interface EngineCalls {
  runKernel(name: string, inputs: Inputs, attributes?: unknown): unknown;
  readSync(dataId: object): unknown;
  read(dataId: object): unknown;
}

/**
 * Runs a synchronous function in which operations compute with other tensors in place of variables. The variables
 * themselves do not change, so nothing has to be undone if it throws.
 */
export function substituteVariables<T>(tf: Tf, substitutes: ReadonlyMap<tfjs.Tensor, tfjs.Tensor>, run: () => T): T {
  const engine = tf.engine() as unknown as EngineCalls;
  const { runKernel, readSync, read } = engine;
  const dataIds = new Map(Array.from(substitutes, ([variable, other]) => [variable.dataId as object, other.dataId]));
  const substitute = (input: unknown) => substitutes.get(input as tfjs.Tensor) ?? input;
  engine.runKernel = (name, inputs, attributes) =>
    runKernel.call(engine, name, substituteInputs(inputs, substitute), attributes);
  engine.readSync = (dataId) => readSync.call(engine, dataIds.get(dataId) ?? dataId);
  engine.read = (dataId) => read.call(engine, dataIds.get(dataId) ?? dataId);
  try {
    return run();
  } finally {
    // Restores the class's own methods.
    for (const method of ['runKernel', 'readSync', 'read'] as const) Reflect.deleteProperty(engine, method);
  }
}

/** Some kernels have their inputs by name, some as an array. */
function substituteInputs(inputs: Inputs, substitute: (input: unknown) => unknown): Inputs {
  if (Array.isArray(inputs)) return inputs.map(substitute);
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, substitute(input)]));
}
