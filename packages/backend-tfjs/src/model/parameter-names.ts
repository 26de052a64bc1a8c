import { ForgeError } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { BuildScope } from './build-scope.js';
import type { AnyTfjsModel } from './tfjs-model.js';

/**
 * Names for a model's variables that are the same in every process and every time the model is built, whatever was
 * built before it: TensorFlow.js numbers its automatic names through the life of the process.
 *
 * A key of `variables` is a name. A layer's weight is `<artefact key>/<layer>/<weight>`, without the key where the
 * model is in no artefact, and with `dense_1`, `dense_2` … for layers the user gave no name. A plain variable keeps its
 * given name; without one it gets its artefact key, or its index: `variable_1`.
 * @param variables in the order they were made.
 * @throws ForgeError MODEL_INVALID where two would have the same name.
 */
export function nameVariables(
  tf: Tf,
  model: AnyTfjsModel,
  layers: BuildScope['layers'],
  variables: readonly tfjs.Variable[],
): Map<string, tfjs.Variable> {
  const given = new Map(Object.entries(model.variables ?? {}).map(([name, variable]) => [variable, name]));
  const artefacts = artefactKeys(tf, model.artefacts);
  const weights = weightNames(layers, artefacts);
  const named = new Map<string, tfjs.Variable>();
  let index = 0;
  for (const variable of variables) {
    const automatic = /^\d+$/.test(variable.name);
    const name =
      given.get(variable) ??
      weights.get(variable) ??
      (automatic ? (artefacts.get(variable) ?? `variable_${++index}`) : variable.name);
    if (name === '__proto__') {
      throw new ForgeError('MODEL_INVALID', 'A variable of the model cannot be named __proto__.', {
        about: name,
        hint: 'Rename it in the `variables` of what load returns.',
      });
    }
    if (named.has(name)) {
      throw new ForgeError('MODEL_INVALID', `Two variables of the model would both be named ${name}.`, {
        about: name,
        hint: 'Give them different names in the `variables` of what load returns.',
      });
    }
    named.set(name, variable);
  }
  return named;
}

/** The artefact key of each variable, itself or as a weight of a model or layer. */
function artefactKeys(tf: Tf, artefacts: unknown): Map<tfjs.Variable, string> {
  const keys = new Map<tfjs.Variable, string>();
  const seen = new Set<unknown>();
  const note = (variable: tfjs.Variable, key: string): void => {
    if (!keys.has(variable)) keys.set(variable, key);
  };
  const visit = (value: unknown, key: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof tf.Variable) note(value, key);
    else if (value instanceof tf.layers.Layer) for (const weight of value.weights) note(variableOf(weight), key);
    else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
      for (const [inner, content] of Object.entries(value)) visit(content, key === '' ? inner : `${key}/${inner}`);
    }
  };
  visit(artefacts, '');
  return keys;
}

function weightNames(
  layers: BuildScope['layers'],
  artefacts: ReadonlyMap<tfjs.Variable, string>,
): Map<tfjs.Variable, string> {
  const names = new Map<tfjs.Variable, string>();
  const taken = new Set<string>();
  const stable = stableLayerNames();
  for (const layer of layers) {
    for (const weight of layer.weights) {
      const variable = variableOf(weight);
      if (names.has(variable)) continue;
      // A weight of nested layers has all their names before its own: it belongs to the innermost.
      const path = weight.originalName.split('/');
      const own = path.at(-1)!;
      const key = artefacts.get(variable);
      const scope = [...(key === undefined ? [] : [key]), ...path.slice(-2, -1).map((name) => stable(key, name))];
      let name = [...scope, own].join('/');
      // Cells of one recurrent layer share its name; so may layers of two models that are in no artefact.
      for (let count = 2; taken.has(name); count++) name = [...scope, `${own}_${count}`].join('/');
      taken.add(name);
      names.set(variable, name);
    }
  }
  return names;
}

/** `dense_Dense7`, the process's seventh dense layer, is `dense_1` if it is the first of its class under its key. */
function stableLayerNames(): (key: string | undefined, name: string) => string {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  return (key, name) => {
    const stem = automaticStem(name);
    if (stem === undefined) return name;
    const id = JSON.stringify([key, name]);
    const known = names.get(id);
    if (known !== undefined) return known;
    const counter = JSON.stringify([key, stem]);
    const count = (counts.get(counter) ?? 0) + 1;
    counts.set(counter, count);
    names.set(id, `${stem}_${count}`);
    return `${stem}_${count}`;
  };
}

/** `dense` of `dense_Dense7`: an automatic name is the class in snake case, `_`, the class, and a count. */
function automaticStem(name: string): string | undefined {
  const [, stem, last] = /^(.+)_([A-Za-z0-9]+)$/.exec(name) ?? [];
  if (stem === undefined || last === undefined) return undefined;
  for (let end = last.length - 1; end > 0 && /^\d+$/.test(last.slice(end)); end--) {
    const snake = last
      .slice(0, end)
      .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    if (stem === snake || stem.endsWith(`_${snake}`)) return stem;
  }
  return undefined;
}

/** The variable that a layer's weight wraps and returns, although its type is a tensor. */
export function variableOf(weight: tfjs.layers.Layer['weights'][number]): tfjs.Variable {
  return weight.read() as tfjs.Variable;
}
