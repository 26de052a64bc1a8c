import type { Backend, Engine } from '../../../backend/backend.js';
import { checkOptions } from '../../../errors/check-options.js';
import { type Ability, abilities } from './abilities.js';
import type { UpdateRule } from './update-rules.js';

export interface ConformanceModelOptions {
  /**
   * Whether the model has dropout, at a rate of about a half so that its effect shows. Its parameters are the same with
   * and without it.
   */
  readonly dropout: boolean;
  /**
   * Whether the model is exactly one dense layer with a bias and no activation, x · W + b, with the mean squared error
   * over all elements of y as its loss. The suite computes the same in float64.
   */
  readonly linear: boolean;
  /** One of the names in `optimizers`. Default: the backend's own. */
  readonly optimizer?: string | undefined;
}

export interface ConformanceOptions {
  /** The backend and the engine, for the tests' titles. */
  readonly name: string;
  readonly backend: Backend;
  /** Starts the engine to test, e.g. `backend.start({ engine: 'wasm', searchFrom: [] })`. */
  start(): Promise<Engine>;
  /** The folders to search for the engines' packages, as in `start`. Default: the current folder. */
  readonly searchFrom?: readonly string[];
  /**
   * Called in the `load` of each build, while the engine is running. Returns what `load` of a model config would, for
   * batches of x float32[batch, 4] and y float32[batch, 2] of any batch size. The model predicts from x, has an output
   * [batch, 2], and its loss is the mean squared error to y, half of it or twice. The loss falls clearly within 60
   * updates of 8 examples.
   */
  model(options: ConformanceModelOptions): unknown;
  /**
   * The optimizers to test; the first one is the default. Each has its rule and settings, so that the suite can compute
   * its updates, or null for another rule. At least one must have slots, and one a learning rate that changes from step to
   * step; otherwise give the reason in `cannot`.
   */
  readonly optimizers?: Readonly<Record<string, UpdateRule | null>> | readonly string[];
  /** What the backend cannot do, with the reason. Those tests are pending, with the reason in their title. */
  readonly cannot?: Readonly<Partial<Record<Ability, string>>>;
}

/** The names of the optimizers; without names, undefined for the backend's own. */
export function listedOptimizers({ optimizers = {} }: ConformanceOptions): readonly (string | undefined)[] {
  const names = Array.isArray(optimizers) ? optimizers : Object.keys(optimizers);
  return names.length > 0 ? names : [undefined];
}

/** The optimizers whose updates the suite can compute. */
export function knownOptimizers({ optimizers = {} }: ConformanceOptions): readonly (readonly [string, UpdateRule])[] {
  if (Array.isArray(optimizers)) return [];
  return Object.entries(optimizers as Readonly<Record<string, UpdateRule | null>>).flatMap(([name, rule]) =>
    rule === null ? [] : [[name, rule] as const],
  );
}

const ruleFields: Readonly<Record<UpdateRule['rule'], readonly string[]>> = {
  sgd: ['rule', 'learningRate'],
  momentum: ['rule', 'learningRate', 'momentum', 'nesterov'],
  adam: ['rule', 'learningRate', 'beta1', 'beta2', 'epsilon'],
};

/**
 * @throws ForgeError OPTION_UNKNOWN for an unknown option
 * @throws TypeError for an unknown ability or a missing reason in `cannot`, or an invalid rule of an optimizer
 */
export function checkConformanceOptions(options: ConformanceOptions): void {
  checkOptions(options, ['name', 'backend', 'start', 'searchFrom', 'model', 'optimizers', 'cannot'], {
    of: 'describeBackendConformance(options)',
  });
  const { name, cannot = {} } = options;
  for (const [optimizer, settings] of knownOptimizers(options)) {
    const fields = ruleFields[settings.rule];
    if (fields === undefined) {
      const known = Object.keys(ruleFields).join(', ');
      throw new TypeError(
        `${name}: ${optimizer} has an unknown rule "${settings.rule}". Available: ${known}, or null.`,
      );
    }
    checkOptions(settings, fields, { of: `the rule of ${optimizer}` });
    if (!['number', 'function'].includes(typeof settings.learningRate)) {
      throw new TypeError(
        `${name}: the rule of ${optimizer} has no learningRate (a number or a function of the step).`,
      );
    }
    if (settings.rule === 'momentum' && typeof settings.momentum !== 'number') {
      throw new TypeError(`${name}: the rule of ${optimizer} has no momentum (a number).`);
    }
  }
  for (const [ability, reason] of Object.entries(cannot)) {
    if (!(abilities as readonly string[]).includes(ability)) {
      throw new TypeError(`${name}: cannot has an unknown ability "${ability}". Available: ${abilities.join(', ')}.`);
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TypeError(`${name}: no reason is given for "${ability}" in cannot.`);
    }
  }
}
