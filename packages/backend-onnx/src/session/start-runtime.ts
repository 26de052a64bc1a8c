import { chooseEngine, type EngineInfo, type EngineRequest, ForgeError } from '@forge-ml/core/plugin';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { type EngineDefinition, engineDefinitions, onnxRuntimeVersion, packageVersion } from './engines.js';
import { findConvolutionBlock } from './find-convolution-block.js';
import { startWorker } from './start-worker.js';
import { threadCount } from './threads.js';

const slower = 'Until then the binding of onnxruntime-node computes the same, more slowly.';

export interface StartedEngine {
  readonly info: EngineInfo;
  readonly worker: OrtWorker;
  readonly definition: EngineDefinition;
  readonly threads: number;
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
  const { worker, warning } = await startWorker(engine, { threads, deviceId });
  const convolutionBlock = onGpu ? undefined : await findConvolutionBlock(worker);
  const binding = home === 'memory' || deviceMemory ? await worker.bind() : { name: 'package' as const };
  const warnings = [
    ...(!onGpu && gpu !== undefined ? [`The engine ${engine.name} runs on the CPU; --gpu ${gpu} has no effect.`] : []),
    ...(binding.reason === undefined ? [] : [`${binding.reason} ${slower}`]),
    ...(warning === undefined ? [] : [warning]),
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
  return { info, worker, definition: engine, threads, convolutionBlock };
}

function deviceNumber(engine: string, gpu: string): number {
  if (/^\d+$/.test(gpu)) return Number(gpu);
  throw new ForgeError('ENGINE_UNUSABLE', `The engine ${engine} numbers its GPUs 0, 1, …; there is no GPU ${gpu}.`, {
    about: 'gpu',
    hint: 'Give its number, for example --gpu 0.',
  });
}
