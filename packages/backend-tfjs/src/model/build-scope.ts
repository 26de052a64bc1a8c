import { AsyncLocalStorage } from 'node:async_hooks';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { disposeVariables, enterBuild, leaveBuild, publish, type VariableRegistry } from '../tf/variable-registry.js';

type Layer = tfjs.layers.Layer;

/** The variables and layers of a model while it is built. */
export interface BuildScope {
  /** Every variable made so far, by its name in the engine. */
  readonly registry: VariableRegistry;
  /** Every layer called so far, in the order of their first calls; models are layers too. */
  readonly layers: ReadonlySet<Layer>;
  /** Layers called within `asInTraining`, and whether any of the calls passed `training`: `apply(x, { training })`. */
  readonly trainingCalls: ReadonlyMap<Layer, boolean>;
  /** Runs a function as a training step would, and records the layers it calls. */
  asInTraining<T>(run: () => T): T;
}

/** The result of a build. */
export interface Built<T> {
  readonly result: T;
  /** Tensors that the build made and did not dispose: constants that the model's functions close over. */
  readonly tensors: readonly tfjs.Tensor[];
}

interface OpenScope extends BuildScope {
  readonly layers: Set<Layer>;
  readonly trainingCalls: Map<Layer, boolean>;
  training: boolean;
}

const scopes = new AsyncLocalStorage<OpenScope>();
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs `body`, which may be async, with its own registry of variables, so that two models of one process never clash by
 * name and every variable is found. Builds run one at a time, because the registry is the engine's; a nested build does
 * not wait, and keeps its own variables. If `body` throws, everything it made is disposed.
 * @param published which variables to register in the engine afterwards, for code that looks them up by name.
 */
export function inBuildScope<T>(
  tf: Tf,
  body: (scope: BuildScope) => Promise<T>,
  published: (result: T) => Iterable<tfjs.Variable>,
): Promise<Built<T>> {
  if (scopes.getStore()) return runScope(tf, body, published);
  const turn = queue.then(() => runScope(tf, body, published));
  queue = turn.catch(() => undefined);
  return turn;
}

async function runScope<T>(
  tf: Tf,
  body: (scope: BuildScope) => Promise<T>,
  published: (result: T) => Iterable<tfjs.Variable>,
): Promise<Built<T>> {
  const engine = tf.engine();
  const { state } = engine;
  const before = state.registeredVariables;
  const outermost = enterBuild(tf);
  const scope: OpenScope = {
    registry: {},
    layers: new Set(),
    trainingCalls: new Map(),
    training: false,
    asInTraining(run) {
      scope.training = true;
      try {
        return run();
      } finally {
        scope.training = false;
      }
    },
  };
  state.registeredVariables = scope.registry;
  engine.startScope('build');
  const { track } = state.activeScope;
  const unpatch = outermost ? recordLayers(tf) : () => undefined;
  try {
    const result = await scopes.run(scope, () => body(scope));
    publish(tf, published(result));
    return { result, tensors: track.filter((tensor) => !tensor.isDisposed) };
  } catch (error) {
    disposeVariables(tf, Object.values(scope.registry));
    tf.dispose(track.splice(0));
    throw error;
  } finally {
    unpatch();
    engine.endScope(track.splice(0));
    state.registeredVariables = before;
    if (outermost) leaveBuild(tf);
  }
}

/** Records each called layer in the build that calls it. */
function recordLayers(tf: Tf): () => void {
  const { prototype } = tf.layers.Layer;
  const { apply } = prototype;
  prototype.apply = function (this: Layer, ...args: Parameters<Layer['apply']>) {
    const scope = scopes.getStore();
    scope?.layers.add(this);
    if (scope?.training) {
      const passed = args[1]?.training !== undefined;
      scope.trainingCalls.set(this, passed || scope.trainingCalls.get(this) === true);
    }
    return apply.apply(this, args);
  };
  return () => {
    prototype.apply = apply;
  };
}
