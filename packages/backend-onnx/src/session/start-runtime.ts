import { chooseEngine, type EngineInfo, type EngineRequest, ForgeError, messageOf } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import { input } from '@forge-ml/onnx/graph';
import { neg } from '@forge-ml/onnx/ops';
import { type EngineDefinition, engineDefinitions, onnxRuntimeVersion, packageVersion } from './engines.js';
import { findConvolutionBlock } from './find-convolution-block.js';
import { OrtWorker } from './ort-worker.js';
import { threadCount } from './threads.js';

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
  const worker = new OrtWorker({ provider: engine.name, threads, deviceId, keepsState: engine.keepsState ?? false });
  await probe(engine, worker);
  const convolutionBlock = onGpu ? undefined : await findConvolutionBlock(worker);
  const warnings =
    !onGpu && gpu !== undefined ? [`The engine ${engine.name} runs on the CPU; --gpu ${gpu} has no effect.`] : [];
  const info: EngineInfo = {
    backend: 'onnx',
    engine: engine.name,
    device: engine.device,
    versions: { 'onnxruntime-node': onnxRuntimeVersion(), '@forge-ml/backend-onnx': packageVersion() },
    settings: { threads, graphOptimizationLevel: 'all', convolutionBlock: convolutionBlock ?? 'none' },
    warnings,
  };
  return { info, worker, definition: engine, convolutionBlock };
}

/** Only running a model shows whether a provider works: it loads its libraries and opens devices that late. */
async function probe(engine: EngineDefinition, worker: OrtWorker): Promise<void> {
  const session = worker.newSession();
  const x = input('x', 'float32', [1]);
  const model = modelBytes({ inputs: [x], outputs: new Map([['y', neg(x)]]) });
  const feed = { dtype: 'float32', shape: [1], bytes: new Uint8Array(4) } as const;
  try {
    await worker.ask({ kind: 'open', session, name: 'probe', model, forCpu: [], reads: [], writes: [] });
    await worker.ask({ kind: 'run', session, graph: 'probe', feeds: [['x', feed]] });
    await worker.ask({ kind: 'close', session });
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

function deviceNumber(engine: string, gpu: string): number {
  if (/^\d+$/.test(gpu)) return Number(gpu);
  throw new ForgeError('ENGINE_UNUSABLE', `The engine ${engine} numbers its GPUs 0, 1, …; there is no GPU ${gpu}.`, {
    about: 'gpu',
    hint: 'Give its number, for example --gpu 0.',
  });
}
