import { type Backend, backendPort, type Engine, type EngineRequest, type EngineStatus } from '@forge-ml/core/plugin';
import * as library from '@forge-ml/onnx';
import type { Graph } from '@forge-ml/onnx/graph';
import * as self from './index.js';
import { estimateMemory } from './memory/estimate-memory.js';
import { buildGraphs } from './model/build-graphs.js';
import { checkModel } from './model/check-model.js';
import { threadsFor } from './model/graph-work.js';
import { checkMixedPrecision } from './model/mixed-precision.js';
import { examplesIn, feedTypes } from './session/batches.js';
import { withBinding } from './session/binding.js';
import { blockedConvolutions } from './session/blocked-convolutions.js';
import { type EngineDefinition, engineDefinitions } from './session/engines.js';
import { OnnxSession } from './session/onnx-session.js';
import { requireHalf } from './session/probe-half.js';
import { startRuntime } from './session/start-runtime.js';

/** ONNX Runtime as a Forge backend. */
export class OnnxBackend implements Backend {
  readonly port = backendPort;
  readonly name = 'onnx';
  readonly #definitions: readonly EngineDefinition[];

  /** @param definitions of its engines. Default: all */
  constructor(definitions = engineDefinitions) {
    this.#definitions = definitions;
  }

  async engines(): Promise<readonly EngineStatus[]> {
    return this.#definitions.map((engine) => {
      const status = engine.status();
      if (engine.stateHome !== 'memory' && (!status.usable || engine.deviceMemory === undefined)) return status;
      return withBinding(status);
    });
  }

  async start(request: EngineRequest): Promise<Engine> {
    const { info, worker, definition, threads, convolutionBlock } = await startRuntime(request, this.#definitions);
    return {
      info,
      modules: { '@forge-ml/backend-onnx': self, '@forge-ml/onnx': library },
      accepts: feedTypes,
      features: { outputs: true, gradients: true, ema: true, freeze: true, learningRate: true },
      build: async ({ load, sample, seed, freeze, ema, onMemory }) => {
        const model = checkModel(await load());
        const { stateHome: home, rewrite } = definition;
        const convolutions =
          convolutionBlock === undefined ? {} : blockedConvolutions(convolutionBlock, examplesIn(sample));
        const mixed = checkMixedPrecision(model.mixedPrecision);
        const warning = mixed && (await requireHalf(worker, definition.name, mixed.dtype));
        const built = buildGraphs(model, sample, {
          ...{ seed, freeze, ema, rewrite, kernels: home === 'memory', packed: home === 'memory' },
          ...convolutions,
        });
        const graphs = warning === undefined ? built : { ...built, warnings: [...built.warnings, warning] };
        // The memory of other devices is not known.
        if (home === 'memory' && onMemory !== undefined) onMemory(estimateMemory(graphs, sample));
        const threadsOf = (graph: Graph) => threadsFor(graph, graphs.sizes, threads);
        return OnnxSession.open({
          worker,
          graphs,
          artefacts: model.artefacts ?? {},
          seed,
          home,
          threadsFor: threadsOf,
        });
      },
      dispose: () => worker.end(),
    };
  }
}
