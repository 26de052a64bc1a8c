import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from './tf.js';

export type VariableRegistry = Record<string, tfjs.Variable>;

/** Runs `fn` with another registry of variables in the engine, and restores the old one. */
export function withRegistry<T>(tf: Tf, registry: VariableRegistry, fn: () => T): T {
  const { state } = tf.engine();
  const before = state.registeredVariables;
  state.registeredVariables = registry;
  try {
    return fn();
  } finally {
    state.registeredVariables = before;
  }
}

/** The registry before the outermost running build on an engine, by the engine's state. */
const roots = new WeakMap<object, VariableRegistry>();

/** Returns whether no build was running; if so, saves the current registry as the outermost. */
export function enterBuild(tf: Tf): boolean {
  const { state } = tf.engine();
  if (roots.has(state)) return false;
  roots.set(state, state.registeredVariables);
  return true;
}

export function leaveBuild(tf: Tf): void {
  roots.delete(tf.engine().state);
}

/** The registry that code outside of builds sees. */
function root(tf: Tf): VariableRegistry {
  const { state } = tf.engine();
  return roots.get(state) ?? state.registeredVariables;
}

/** Registers variables, where their names are still free, for code outside a session that looks them up. */
export function publish(tf: Tf, variables: Iterable<tfjs.Variable>): void {
  const registry = root(tf);
  for (const variable of variables) registry[variable.name] ??= variable;
}

/** Removes variables from the registry without disposing them. */
export function unregister(tf: Tf, variables: Iterable<tfjs.Variable>): void {
  const registry = root(tf);
  for (const variable of variables) if (registry[variable.name] === variable) delete registry[variable.name];
}

/** Disposes variables without touching another of the same name. */
export function disposeVariables(tf: Tf, variables: Iterable<tfjs.Variable>): void {
  const all = [...variables];
  unregister(tf, all);
  withRegistry(tf, {}, () => {
    for (const variable of all) if (!variable.isDisposed) variable.dispose();
  });
}
