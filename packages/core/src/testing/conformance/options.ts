import type { Backend, Engine } from '../../backend/backend.js';
import { checkOptions } from '../../errors/check-options.js';
import { type Ability, abilities } from './abilities.js';
import type { UpdateRule } from './update-rules.js';

export interface ConformanceModelOptions {
  /**
   * Whether the model has dropout: at a rate of about a half, so that its effect shows. Its parameters are the same
   * with and without.
   */
  readonly dropout: boolean;
  /**
   * Whether it is exactly one dense layer with a bias and no activation, x · W + b, its loss the mean of the squared
   * differences to y over all numbers: what the suite computes beside it in float64.
   */
  readonly linear: boolean;
  /** One of the names in `optimizers`; the backend's own by default. */
  readonly optimizer?: string | undefined;
}

export interface ConformanceOptions {
  /** Stands in the tests' titles: the backend and the engine. */
  readonly name: string;
  readonly backend: Backend;
  /** Starts the engine to test, e.g. `backend.start({ engine: 'wasm', searchFrom: [] })`. */
  start(): Promise<Engine>;
  /** Where the engines' packages are looked for, as `start` does; the current folder by default. */
  readonly searchFrom?: readonly string[];
  /**
   * Called inside the `load` of each build, while the engine runs: returns what a model config's `load` would, for
   * batches of x float32[batch, 4] and y float32[batch, 2], of any batch size. The model reads x to predict, has an
   * output [batch, 2], and its loss is the mean squared error to y, half of it or twice. It gets clearly better within
   * 60 updates of 8 examples.
   */
  model(options: ConformanceModelOptions): unknown;
  /**
   * The optimizers to test, the first of them where none is asked for: each with its rule and settings, so that the
   * suite computes what it should do, or null where no rule here is its own. At least one has slots, and one a rate that
   * changes from step to step; else `cannot` says why.
   */
  readonly optimizers?: Readonly<Record<string, UpdateRule | null>> | readonly string[];
  /** What the backend cannot do, with the reason: those tests are listed as pending, the reason in their title. */
  readonly cannot?: Readonly<Partial<Record<Ability, string>>>;
}

/** The names of the optimizers; one that is left to the backend where none is named. */
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
 * @throws ForgeError OPTION_UNKNOWN for an option there is not
 * @throws TypeError where `cannot` names no ability or gives no reason, or an optimizer's rule is none
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
      throw new TypeError(`${name}: the rule of ${optimizer} is "${settings.rule}"; there is ${known}, and null.`);
    }
    checkOptions(settings, fields, { of: `the rule of ${optimizer}` });
    if (!['number', 'function'].includes(typeof settings.learningRate)) {
      throw new TypeError(`${name}: the rule of ${optimizer} has no learningRate, a number or a function of the step.`);
    }
    if (settings.rule === 'momentum' && typeof settings.momentum !== 'number') {
      throw new TypeError(`${name}: the rule of ${optimizer} has no momentum, a number.`);
    }
  }
  for (const [ability, reason] of Object.entries(cannot)) {
    if (!(abilities as readonly string[]).includes(ability)) {
      throw new TypeError(`${name} declares that it cannot "${ability}"; there is ${abilities.join(', ')}.`);
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TypeError(`${name} declares that it cannot "${ability}", without a reason.`);
    }
  }
}
