import { ForgeError, isForgeError, messageOf, type TensorData } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { input, parameter } from '@forge-ml/onnx/graph';
import { neg } from '@forge-ml/onnx/ops';
import { OrtWorker } from '../runtime/ort-worker.js';
import type { WorkerOptions } from '../runtime/protocol.js';
import { requestedBinding } from './binding.js';
import type { EngineDefinition } from './engines.js';

export interface StartedWorker {
  readonly worker: OrtWorker;
  /** Why the state is not kept on the engine's device, although it should be. */
  readonly warning?: string;
}

/**
 * Starts ONNX Runtime for an engine. If the native binding cannot keep the state on its device, the package's is used.
 * @throws ForgeError ENGINE_UNUSABLE
 */
export async function startWorker(
  engine: EngineDefinition,
  options: Pick<WorkerOptions, 'threads' | 'deviceId'>,
): Promise<StartedWorker> {
  const { name, stateHome: home, deviceMemory } = engine;
  const binding = requestedBinding();
  const given = { ...options, provider: name, home, deviceMemory };
  const worker = new OrtWorker({ ...given, binding });
  try {
    await probe(engine, worker);
    return { worker };
  } catch (error) {
    if (deviceMemory === undefined || binding === 'package') throw error;
    const other = new OrtWorker({ ...given, binding: 'package' });
    // Its error is the better one: it is of an engine that does not work at all.
    await probe(engine, other);
    const reason = reasonOf(isForgeError(error) ? (error.cause ?? error) : error);
    const warning =
      `The C API of ONNX Runtime cannot keep the state of training on the device of ${name}: ${reason}. ` +
      'The binding of onnxruntime-node is used, which copies it for each block of steps.';
    return { worker: other, warning };
  }
}

/** Only running a model shows whether a provider works: it loads its libraries and opens devices that late. */
async function probe(engine: EngineDefinition, worker: OrtWorker): Promise<void> {
  const x = input('x', 'float32', [1]);
  const model = modelBytes({ inputs: [x], outputs: new Map([['y', neg(x)]]) });
  const feed = { dtype: 'float32', shape: [1], bytes: new Uint8Array(4) } as const;
  try {
    await worker.compute(model, ['y'], [['x', feed]]);
    if (engine.deviceMemory !== undefined) await probeState(worker, feed);
  } catch (error) {
    await worker.end();
    const { detail, remedy = engine.remedy } = engine.status();
    const message = `The engine ${engine.name} did not start (${detail}): ${reasonOf(error)}.`;
    throw new ForgeError('ENGINE_UNUSABLE', message, { about: engine.name, hint: remedy, cause: error });
  }
}

/** Copies a value to where the engine keeps the state, and back. */
async function probeState(worker: OrtWorker, value: TensorData): Promise<void> {
  const session = worker.newSession();
  await worker.setParameters(session, [parameter('x', value)]);
  await worker.get(session, ['x']);
  await worker.ask({ kind: 'close', session });
}

function reasonOf(error: unknown): string {
  return messageOf(error)
    .split('\n')[0]!
    .replace(/^.*was false\. /, '')
    .replace(/\.$/, '');
}
