import { checkOptions, refuseMisspelled } from '../errors/check-options.js';
import { describeValue, invalidModel } from './model-error.js';
import { checkUpdates } from './model-updates.js';
import { patternsOf } from './optimizer-settings.js';

/** The backend-specific rules for a model. */
export interface ModelRules {
  /** The name of their type, for the hint: `LinearModel`. */
  readonly type: string;
  /** The hint for an invalid optimizer: `Give one of my-backend, e.g. adam(0.001).` */
  readonly optimizerHint: string;
  /** Whether an object that does not match `OptimizerForm` is an optimizer. */
  readonly isOptimizer?: (value: object) => boolean;
  /**
   * Fields in addition to `predict`, `loss`, `stats`, `metrics`, `optimizer`, `updates`, `freeze` and `artefacts`: any other field of a plain
   * object is refused. Default: only names similar to an absent field are refused.
   */
  readonly fields?: readonly string[];
}

/** The members of every optimizer that is a plain object. */
interface OptimizerForm {
  readonly rate: unknown;
  readonly slots: unknown;
  readonly update: unknown;
}

/**
 * Checks the parts of a model that all backends share: functions `loss` and, optionally, `predict` and `stats`; an
 * optimizer; or several `updates` in place of loss and optimizer; `freeze`; artefacts by name.
 * @throws ForgeError MODEL_INVALID naming the part that is missing or of the wrong kind
 */
export function checkModelParts(value: unknown, rules: ModelRules): Readonly<Record<string, unknown>> {
  checkOptions(rules, ['type', 'optimizerHint', 'isOptimizer', 'fields'], { of: 'checkModelParts(value, rules)' });
  const shape = `Return { predict, loss, stats, optimizer, artefacts }: see ${rules.type}.`;
  if (typeof value !== 'object' || value === null) {
    throw invalidModel(`load returned ${describeValue(value)}, not an object with a loss and an optimizer.`, shape);
  }
  const model = value as Readonly<Record<string, unknown>>;
  checkFields(model, rules);
  if (model.updates !== undefined) checkSeveral(model, rules);
  else if (model.loss === undefined) throw invalidModel('The model that load returned has no loss.', shape);
  for (const field of ['loss', 'predict', 'stats']) {
    const part = model[field];
    if (part === undefined || typeof part === 'function') continue;
    throw invalidModel(`The model's ${field} is ${describeValue(part)}, not a function.`, shape);
  }
  if (model.updates === undefined) requireOptimizer('optimizer', model.optimizer, rules);
  if (model.freeze !== undefined && !(Array.isArray(model.freeze) && model.freeze.length === 0)) {
    patternsOf("The model's freeze", model.freeze);
  }
  requireNamed(model, 'artefacts');
  return model;
}

/** `updates` replaces `loss` and `optimizer`. */
function checkSeveral(model: Readonly<Record<string, unknown>>, rules: ModelRules): void {
  for (const field of ['loss', 'optimizer']) {
    if (model[field] === undefined) continue;
    throw invalidModel(
      `The model that load returned has updates and, outside of them, a part "${field}".`,
      `Each update has its own ${field}: move it there.`,
    );
  }
  checkUpdates(model.updates, (place, optimizer) => requireOptimizer(place, optimizer, rules));
}

const fields = ['predict', 'loss', 'stats', 'optimizer', 'updates', 'freeze', 'artefacts', 'metrics'];

/** Names in PyTorch, Keras and Lightning. */
const synonyms = {
  metric: 'stats',
  criterion: 'loss',
  lossFn: 'loss',
  lossFunction: 'loss',
  call: 'predict',
  forward: 'predict',
  apply: 'predict',
  optim: 'optimizer',
  optimizers: 'updates',
  losses: 'updates',
  frozen: 'freeze',
  configureOptimizers: 'optimizer',
  artifacts: 'artefacts',
  models: 'artefacts',
  schedule: 'Give the schedule to the optimizer as its rate: adam(cosineDecay(…)).',
  scheduler: 'Give the schedule to the optimizer as its rate: adam(cosineDecay(…)).',
  learningRate: 'Give the learning rate to the optimizer: adam(0.001).',
  lr: 'Give the learning rate to the optimizer: adam(0.001).',
};

function checkFields(model: Readonly<Record<string, unknown>>, rules: ModelRules): void {
  const known = [...fields, ...(rules.fields ?? [])];
  const owner = { of: 'The model that load returned', code: 'MODEL_INVALID', noun: 'part', synonyms } as const;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(model));
  if (isPlain && rules.fields !== undefined) checkOptions(model, known, owner);
  else refuseMisspelled(model, known, owner, (value) => typeof value === 'function');
  if (typeof model.metrics !== 'function') return;
  throw invalidModel(
    "The model's metrics is a function, but metrics declares directions by name.",
    'Did you mean "stats"? It computes the numbers to report.',
  );
}

/** @throws ForgeError MODEL_INVALID unless a field is undefined or an object of values by name. */
export function requireNamed(model: Readonly<Record<string, unknown>>, field: string): void {
  const value = model[field];
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return;
  throw invalidModel(`The model's ${field} is ${describeValue(value)}, not an object of values by name.`);
}

const severalOptimizers =
  'To train parts of the model with losses and optimizers of their own, as in a GAN, declare updates: see ModelUpdate.';

function hasOptimizerForm(value: object): boolean {
  const { update, rate, slots } = value as Partial<OptimizerForm>;
  return typeof update === 'function' && typeof rate === 'function' && typeof slots === 'object';
}

function requireOptimizer(place: string, value: unknown, { optimizerHint, isOptimizer }: ModelRules): void {
  if (value === undefined) throw invalidModel(`The model that load returned has no ${place}.`, optimizerHint);
  if (typeof value === 'function') {
    const message = `The model's ${place} is a function. Did you mean to call it, as in adam(0.001)?`;
    throw invalidModel(message, optimizerHint);
  }
  if (Array.isArray(value)) {
    const message = `The model's ${place} is an array of ${value.length}; it is one optimizer, for all its parameters.`;
    throw invalidModel(message, severalOptimizers);
  }
  if (typeof value === 'object' && value !== null && (hasOptimizerForm(value) || isOptimizer?.(value))) return;
  throw invalidModel(`The model's ${place} is ${describeValue(value)}, not an optimizer.`, optimizerHint);
}
