import { checkOptions } from '../errors/check-options.js';
import { isObject } from '../json/is-object.js';
import { requireCount } from './check-option.js';
import { matchParameters } from './match-parameters.js';
import { describeValue, invalidModel } from './model-error.js';
import { patternsOf } from './optimizer-settings.js';

/**
 * One of several updates that a training step makes, in the order in which they are declared: its own loss and
 * optimizer, for some of the parameters. For models that are trained against each other (Goodfellow et al. 2014).
 *
 * ```ts
 * updates: {
 *   discriminator: { loss: realOrFake, optimizer: adam(2e-4), parameters: 'discriminator/*' },
 *   generator: { loss: fooled, optimizer: adam(2e-4), parameters: 'generator/*' },
 * }
 * ```
 *
 * Each update computes its loss with the parameters as the updates before it left them. Parameters of other updates do
 * not change. The losses are reported as `<name>.loss`, and the sum of those of a step as `loss`.
 */
export interface ModelUpdate<Loss, Optimizer> {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** The parameters that it trains: names, with `*` for any characters. Each update trains other ones. */
  readonly parameters: string | readonly string[];
  /**
   * It is made at every step whose number of earlier steps is a multiple of this. Default: 1; at least one update has 1.
   */
  readonly every?: number;
}

/** A checked update. */
export interface UpdatePlan {
  readonly name: string;
  readonly loss: unknown;
  readonly optimizer: unknown;
  readonly parameters: readonly string[];
  readonly every: number;
}

const example = "Write updates: { generator: { loss, optimizer: adam(2e-4), parameters: 'generator/*' } }.";

/**
 * Checks a model's `updates`.
 * @param checkOptimizer throws for a value that is no optimizer of the backend; receives its place, for the error
 * @throws ForgeError MODEL_INVALID, OPTION_UNKNOWN
 */
export function checkUpdates(
  updates: unknown,
  checkOptimizer: (place: string, optimizer: unknown) => void,
): readonly UpdatePlan[] {
  if (!isObject(updates) || Object.keys(updates).length === 0) {
    throw invalidModel(`The model's updates is ${describeValue(updates)}, not updates by name.`, example);
  }
  const plans = Object.entries(updates).map(([name, update]) => {
    const of = `updates.${name}`;
    if (!/^[A-Za-z][\w-]*$/.test(name)) {
      throw invalidModel(`The update ${JSON.stringify(name)} is not named by letters, digits, _ and -.`, example);
    }
    if (!isObject(update)) throw invalidModel(`${of} is ${describeValue(update)}, not an update.`, example);
    checkOptions(update, ['loss', 'optimizer', 'parameters', 'every'], { of, synonyms });
    const { loss, optimizer, parameters, every = 1 } = update;
    if (typeof loss !== 'function')
      throw invalidModel(`${of}.loss is ${describeValue(loss)}, not a function.`, example);
    checkOptimizer(`${of}.optimizer`, optimizer);
    requireCount(of, 'every', every);
    return { name, loss, optimizer, parameters: patternsOf(`${of}.parameters`, parameters), every: every as number };
  });
  if (plans.every(({ every }) => every > 1)) {
    throw invalidModel(
      "At some steps none of the model's updates is made: each has an every above 1.",
      'Omit every in one of them.',
    );
  }
  return plans;
}

const synonyms = { params: 'parameters', variables: 'parameters', interval: 'every', frequency: 'every' };

/**
 * The parameters that each update trains, in the order of the updates.
 * @param names all trainable parameters
 * @throws ForgeError MODEL_INVALID for a pattern that matches none, and a parameter in two updates
 */
export function parametersOfUpdates(
  updates: readonly Pick<UpdatePlan, 'name' | 'parameters'>[],
  names: readonly string[],
): readonly ReadonlySet<string>[] {
  const owner = new Map<string, string>();
  return updates.map(({ name, parameters }) => {
    const own = matchParameters(`updates.${name}.parameters`, parameters, names);
    for (const parameter of own) {
      const other = owner.get(parameter);
      if (other !== undefined) {
        throw invalidModel(
          `The parameter ${parameter} is trained by the updates ${other} and ${name}.`,
          'Change the patterns so that each parameter is in one update.',
        );
      }
      owner.set(parameter, name);
    }
    return own;
  });
}

/** An update of a step, as a model declares it. */
export interface DeclaredUpdate<Loss, Optimizer> {
  /** Undefined in a model with one loss. */
  readonly name: string | undefined;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Patterns of the names of its parameters; undefined: all. */
  readonly parameters: readonly string[] | undefined;
  /** It is made at every step whose number of earlier steps is a multiple of this. */
  readonly every: number;
}

/** The name of an update; undefined in a model with one loss. */
export type UpdateName = Pick<DeclaredUpdate<unknown, unknown>, 'name'>;

type AnyFunction = (...given: never[]) => unknown;

/**
 * The updates of a step, in their order: one, unless the model declares several.
 * @param model that `checkModelParts` has checked
 */
export function declaredUpdates<Loss extends AnyFunction, Optimizer>(model: {
  readonly loss?: Loss | undefined;
  readonly optimizer?: Optimizer | undefined;
  readonly updates?: Readonly<Record<string, ModelUpdate<Loss, Optimizer>>> | undefined;
}): readonly DeclaredUpdate<Loss, Optimizer>[] {
  if (model.updates === undefined) {
    // A method of the model, if it is an instance of a class.
    const loss = ((...given: never[]) => model.loss!(...given)) as Loss;
    return [{ name: undefined, loss, optimizer: model.optimizer!, parameters: undefined, every: 1 }];
  }
  return checkUpdates(model.updates, () => undefined) as readonly DeclaredUpdate<Loss, Optimizer>[];
}

/** Where a part of an update is in the model, for messages: `optimizer`, `updates.generator.optimizer`. */
export function placeOfUpdate({ name }: UpdateName, part: 'loss' | 'optimizer' | 'parameters'): string {
  return name === undefined ? part : `updates.${name}.${part}`;
}

/** The name of the number that reports the loss of an update: `loss`, `generator.loss`. */
export function numberOfLoss({ name }: UpdateName): string {
  return name === undefined ? 'loss' : `${name}.loss`;
}
