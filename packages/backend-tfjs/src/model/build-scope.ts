import { AsyncLocalStorage } from 'node:async_hooks';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { disposeVariables, enterBuild, leaveBuild, publish, type VariableRegistry } from '../tf/variable-registry.js';

type Layer = tfjs.layers.Layer;

/** What has come into being while a model is built. */
export interface BuildScope {
  /** Every variable made so far, by its name in the engine. */
  readonly registry: VariableRegistry;
  /** Every layer called so far, in the order of their first calls; models are layers too. */
  readonly layers: ReadonlySet<Layer>;
  /** Layers called by `asInTraining`, and whether any of the calls said for what: `apply(x, { training })`. */
  readonly trainingCalls: ReadonlyMap<Layer, boolean>;
  /** Runs what an update will run. */
  asInTraining<T>(run: () => T): T;
}

/** What a built model holds. */
export interface Built<T> {
  readonly result: T;
  /** Tensors made and neither disposed nor tidied away: constants that the model's functions close over. */
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
 * Runs `body`, which may await, with a registry of variables of its own, so that two models of one process never
 * clash by name and every variable is found. Builds wait for one another, since the registry is the engine's; one
 * started inside another's `body` does not wait, and its variables stay its own. Where `body` throws, all that it made
 * is disposed.
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

/** Notes each layer that is called, for the build it is called in. */
function recordLayers(tf: Tf): () => void {
  const { prototype } = tf.layers.Layer;
  const { apply } = prototype;
  prototype.apply = function (this: Layer, ...args: Parameters<Layer['apply']>) {
    const scope = scopes.getStore();
    scope?.layers.add(this);
    if (scope?.training) {
      const said = args[1]?.training !== undefined;
      scope.trainingCalls.set(this, said || scope.trainingCalls.get(this) === true);
    }
    return apply.apply(this, args);
  };
  return () => {
    prototype.apply = apply;
  };
}
