import { checkOptions } from '../errors/check-options.js';
import { requireCount, requirePositive } from './check-option.js';
import { describeValue, invalidModel } from './model-error.js';
import { isPlateau, type Plateau } from './plateau.js';
import { type Schedule, toSchedule } from './schedules.js';

/** A learning rate: a number, a schedule, or a schedule that also follows a metric. */
export type Rate = number | Schedule | Plateau;

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Clips each gradient element to [-clipValue, clipValue], before `clipNorm`. */
  readonly clipValue?: number;
  /** Scales all gradients so that their global Euclidean norm is at most this. */
  readonly clipNorm?: number;
  /**
   * Gradient accumulation: one update per this many batches, with the mean of their gradients. Equivalent to a larger
   * batch, in the memory of a small one. Schedules and bias corrections count updates; the mean is clipped.
   */
  readonly accumulate?: number;
  /** Other learning rates for some parameters. A parameter may be in one group; the others have the optimizer's rate. */
  readonly groups?: readonly ParameterGroup[];
}

/** Parameters with a learning rate of their own: `{ parameters: 'encoder/*', rate: 1e-5 }`. */
export interface ParameterGroup {
  /** Names, with `*` for any characters: see `matchParameters`. */
  readonly parameters: string | readonly string[];
  readonly rate: number | Schedule;
}

/** A checked parameter group. */
export interface GroupSettings {
  readonly parameters: readonly string[];
  readonly rate: Schedule;
}

/** The settings that every optimizer has in addition to its formula. */
export interface OptimizerSettings {
  readonly name: string;
  readonly rate: Schedule;
  /** Multiplies the rate by a factor that follows a metric; see `plateau`. */
  readonly plateau?: Plateau | undefined;
  /** Number of batches whose gradients are averaged for one update. Default: 1. */
  readonly accumulate?: number | undefined;
  /** Clips each gradient element to [-clipValue, clipValue], before `clipNorm`. */
  readonly clipValue?: number | undefined;
  /** Scales all gradients so that their global Euclidean norm is at most this. */
  readonly clipNorm?: number | undefined;
  /** Parameters with other rates. A plateau multiplies these rates, too. Default: none. */
  readonly groups?: readonly GroupSettings[] | undefined;
}

/** @throws ForgeError MODEL_INVALID for an invalid rate, limit or number of batches. */
export function optimizerSettings(name: string, rate: Rate, options: OptimizerOptions): OptimizerSettings {
  const { clipValue, clipNorm, accumulate, groups } = options;
  if (clipValue !== undefined) requirePositive(name, 'clipValue', clipValue);
  if (clipNorm !== undefined) requirePositive(name, 'clipNorm', clipNorm);
  if (accumulate !== undefined) requireCount(name, 'accumulate', accumulate);
  const rates = isPlateau(rate) ? { rate: rate.schedule, plateau: rate } : { rate: toSchedule(name, rate) };
  return { name, ...rates, clipValue, clipNorm, accumulate, groups: groups && checkGroups(name, groups) };
}

function checkGroups(name: string, groups: unknown): readonly GroupSettings[] {
  const hint = `Write groups: [{ parameters: 'encoder/*', rate: 1e-5 }].`;
  if (!Array.isArray(groups)) throw invalidModel(`${name}: groups is ${describeValue(groups)}, not an array.`, hint);
  return groups.map((group: ParameterGroup, index) => {
    const of = `${name}: groups[${index}]`;
    if (typeof group !== 'object' || group === null) throw invalidModel(`${of} is ${describeValue(group)}.`, hint);
    checkOptions(group, ['parameters', 'rate'], { of, synonyms: groupNames });
    const parameters = patternsOf(`${of}.parameters`, group.parameters);
    if (isPlateau(group.rate)) throw invalidModel(`${of}.rate is a plateau.`, 'Give plateau to the optimizer.');
    return { parameters, rate: toSchedule(of, group.rate) };
  });
}

const groupNames = { lr: 'rate', learningRate: 'rate', params: 'parameters', match: 'parameters' };

/**
 * Patterns of parameter names, given as one or several.
 * @throws ForgeError MODEL_INVALID
 */
export function patternsOf(option: string, given: unknown): readonly string[] {
  const patterns: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const pattern of patterns) {
    if (typeof pattern === 'string' && pattern !== '') continue;
    const what = pattern === '' ? 'an empty string' : describeValue(pattern);
    throw invalidModel(
      `${option} ${patterns === given ? 'has' : 'is'} ${what}, not the name of a parameter.`,
      'Give names; * matches any characters.',
    );
  }
  if (patterns.length === 0) throw invalidModel(`${option} is empty.`, 'Give names; * matches any characters.');
  return patterns as readonly string[];
}

/**
 * Refuses unknown options of an optimizer.
 * @param own its options in addition to `OptimizerOptions`
 * @throws ForgeError OPTION_UNKNOWN naming the option, and the likely intended one of this or another optimizer
 */
export function checkOptimizerOptions(name: string, options: object | undefined, own: readonly string[] = []): void {
  checkOptions(options, [...own, 'clipValue', 'clipNorm', 'accumulate', 'groups'], {
    of: `${name}(rate, options)`,
    synonyms: own.includes('weightDecay') ? otherNames : { ...otherNames, weightDecay: decayed, l2: decayed },
  });
}

const decayed = 'Weight decay is an option of adamw and lion.';
const first = 'The learning rate is the first argument, for example adam(0.001).';

/** Names in PyTorch, Keras and Lightning. */
const otherNames: Readonly<Record<string, string>> = {
  lr: first,
  learningRate: first,
  rate: first,
  betas: 'beta1',
  eps: 'epsilon',
  rho: 'decay',
  alpha: 'decay',
  l2: 'weightDecay',
  initialAccumulatorValue: 'initialAccumulator',
  clip: 'clipNorm',
  clipnorm: 'clipNorm',
  clipvalue: 'clipValue',
  maxNorm: 'clipNorm',
  maxGradNorm: 'clipNorm',
  globalClipnorm: 'clipNorm',
  gradientClipVal: 'clipNorm',
  accumulateGradBatches: 'accumulate',
  gradientAccumulationSteps: 'accumulate',
  paramGroups: 'groups',
  parameterGroups: 'groups',
  nesterov: "Use nesterov(rate, options) for Nesterov's momentum.",
};
