import {
  chooseEngine,
  type EngineInfo,
  type EngineRequest,
  ForgeError,
  messageOf,
  type TensorData,
} from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { input, parameter } from '@forge-ml/onnx/graph';
import { neg } from '@forge-ml/onnx/ops';
import { OrtWorker } from '../runtime/ort-worker.js';
import { requestedBinding } from './binding.js';
import { type EngineDefinition, engineDefinitions, onnxRuntimeVersion, packageVersion } from './engines.js';
import { findConvolutionBlock } from './find-convolution-block.js';
import { threadCount } from './threads.js';

const slower = 'Until then the binding of onnxruntime-node computes the same, more slowly.';

export interface StartedEngine {
  readonly info: EngineInfo;
  readonly worker: OrtWorker;
  readonly definition: EngineDefinition;
  /** See `findConvolutionBlock`; undefined if there are none, as on other devices. */
  readonly convolutionBlock: number | undefined;
}

/**
 * Starts the requested engine, or the first that works, with a warning for each that should have worked.
 * @throws ForgeError ENGINE_UNUSABLE
 */
export async function startRuntime(request: EngineRequest, definitions = engineDefinitions): Promise<StartedEngine> {
  const candidates = definitions.map((engine) => ({
    name: engine.name,
    status: () => engine.status(),
    start: (given: EngineRequest) => start(engine, given),
  }));
  const { started, warnings } = await chooseEngine('onnx', candidates, request);
  return { ...started, info: { ...started.info, warnings: [...warnings, ...started.info.warnings] } };
}

async function start(engine: EngineDefinition, { gpu }: EngineRequest): Promise<StartedEngine> {
  const threads = threadCount();
  const onGpu = engine.device === 'gpu';
  const deviceId = onGpu && gpu !== undefined ? deviceNumber(engine.name, gpu) : undefined;
  const { stateHome: home, deviceMemory } = engine;
  const { worker, failure } = await startWorker(engine, {
    provider: engine.name,
    threads,
    deviceId,
    home,
    deviceMemory,
  });
  const convolutionBlock = onGpu ? undefined : await findConvolutionBlock(worker);
  const binding = home === 'memory' || deviceMemory ? await worker.bind() : { name: 'package' as const };
  const warnings = [
    ...(!onGpu && gpu !== undefined ? [`The engine ${engine.name} runs on the CPU; --gpu ${gpu} has no effect.`] : []),
    ...(binding.reason === undefined ? [] : [`${binding.reason} ${slower}`]),
    ...(failure === undefined ? [] : [failure]),
  ];
  const info: EngineInfo = {
    backend: 'onnx',
    engine: engine.name,
    device: engine.device,
    versions: { 'onnxruntime-node': onnxRuntimeVersion(), '@forge-ml/backend-onnx': packageVersion() },
    settings: {
      threads,
      graphOptimizationLevel: 'all',
      convolutionBlock: convolutionBlock ?? 'none',
      updates: home === 'memory' ? 'kernels' : 'graph',
      binding: binding.name,
    },
    warnings,
  };
  return { info, worker, definition: engine, convolutionBlock };
}

/** The worker of an engine that works, and why it does not keep the state on its device although it should. */
async function startWorker(
  engine: EngineDefinition,
  options: Omit<ConstructorParameters<typeof OrtWorker>[0], 'binding'>,
): Promise<{ readonly worker: OrtWorker; readonly failure?: string }> {
  const binding = requestedBinding();
  const worker = new OrtWorker({ ...options, binding });
  if (engine.deviceMemory === undefined || binding === 'package') {
    await probe(engine, worker);
    return { worker };
  }
  try {
    await probe(engine, worker);
    return { worker };
  } catch (error) {
    const other = new OrtWorker({ ...options, binding: 'package' });
    await probe(engine, other);
    const reason = messageOf(error).replace(/\.$/, '');
    return {
      worker: other,
      failure: `${reason}. It runs by the binding of onnxruntime-node, which copies the state more often.`,
    };
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
    const reason = messageOf(error)
      .split('\n')[0]!
      .replace(/^.*was false\. /, '')
      .replace(/\.$/, '');
    throw new ForgeError('ENGINE_UNUSABLE', `The engine ${engine.name} did not start (${detail}): ${reason}.`, {
      about: engine.name,
      hint: remedy,
      cause: error,
    });
  }
}

/** Whether state can be kept: in the memory of a device, or elsewhere. */
async function probeState(worker: OrtWorker, value: TensorData): Promise<void> {
  const session = worker.newSession();
  await worker.setParameters(session, [parameter('x', value)]);
  await worker.get(session, ['x']);
  await worker.ask({ kind: 'close', session });
}

function deviceNumber(engine: string, gpu: string): number {
  if (/^\d+$/.test(gpu)) return Number(gpu);
  throw new ForgeError('ENGINE_UNUSABLE', `The engine ${engine} numbers its GPUs 0, 1, …; there is no GPU ${gpu}.`, {
    about: 'gpu',
    hint: 'Give its number, for example --gpu 0.',
  });
}
