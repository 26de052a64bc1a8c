import { checkOptions } from '../../../errors/check-options.js';
import { ForgeError } from '../../../errors/forge-error.js';

/** Options of every metric that compares the model's outputs with labels. */
export interface ArrayOptions {
  /** The array of the batch with the labels or targets. Default: the only one that the loss reads and `predict` does not. */
  readonly label?: string | undefined;
  /** The output of the model. Default: its only one. */
  readonly output?: string | undefined;
  /** The array of the batch with a weight for each example. Default: all count the same. */
  readonly weights?: string | undefined;
}

/** Options of metrics of scores by class. */
export interface ScoreOptions extends ArrayOptions {
  /** Whether the outputs are probabilities. Default: false, they are logits. */
  readonly probabilities?: boolean | undefined;
  /** Whether an example may have several classes, or none: labels `[n, classes]` of 0 and 1. Default: false. */
  readonly multilabel?: boolean | undefined;
}

/** An option of metrics of class labels. */
export interface IgnoreOption {
  /** Examples, or positions of a sequence, with this label do not count: -100. Default: all count. */
  readonly ignoreLabel?: number | undefined;
}

export const arrayOptions = ['label', 'output', 'weights'] as const;
export const scoreOptions = [...arrayOptions, 'probabilities', 'multilabel'] as const;

const logits = 'The outputs are taken for logits. For probabilities, write { probabilities: true }.';
const noClasses = 'The number of classes is that of the scores: omit it.';

/** Names of scikit-learn, Keras and torchmetrics. */
const synonyms = {
  labels: 'label',
  yTrue: 'label',
  target: 'label',
  yPred: 'output',
  yScore: 'output',
  outputs: 'output',
  weight: 'weights',
  sampleWeight: 'weights',
  sampleWeights: 'weights',
  fromLogits: logits,
  logits,
  numClasses: noClasses,
  numLabels: noClasses,
  classes: noClasses,
  topK: 'k',
  numThresholds: 'bins',
  thresholds: 'bins',
  multiLabel: 'multilabel',
  multiClass: 'Classes are compared one against the rest. Choose how to average them: { average: "macro" }.',
  ignoreIndex: 'ignoreLabel',
  posLabel: 'The positive class is 1. Map the labels in the data config.',
  task: 'The task follows from the shapes. For several classes of one example, write { multilabel: true }.',
  normalize: 'Divide the counts of the table where you use them.',
  squared: 'Use rmse() for the root, mse() without it.',
  multioutput: 'The metric is the mean over the columns.',
};

/** @throws ForgeError OPTION_UNKNOWN with the nearest option. @param kind the function's name: `f1` */
export function checkMetricOptions(kind: string, options: object, known: readonly string[]): void {
  checkOptions(options, known, { of: `${kind}(options)`, synonyms });
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of ['label', 'output', 'weights']) {
    if (given[name] !== undefined && typeof given[name] !== 'string') throw invalid(kind, name, given[name], 'a name');
  }
  for (const name of ['probabilities', 'multilabel']) {
    if (given[name] !== undefined && typeof given[name] !== 'boolean') {
      throw invalid(kind, name, given[name], 'true or false');
    }
  }
}

/** @throws ForgeError MODEL_INVALID unless the option is omitted or one of the values */
export function requireChoice<T>(kind: string, name: string, value: T | undefined, choices: readonly T[]): void {
  if (value === undefined || choices.some((choice) => Object.is(choice, value))) return;
  throw invalid(kind, name, value, choices.map((choice) => show(choice)).join(', '));
}

/** @throws ForgeError MODEL_INVALID unless the option is a whole number from `least` to `most` */
export function requireWhole(kind: string, name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw invalid(kind, name, value, `a whole number from ${least} to ${most}`);
}

/** @throws ForgeError MODEL_INVALID unless the option is a number above 0 and below 1 */
export function requireProbability(kind: string, name: string, value: number): void {
  if (typeof value === 'number' && value > 0 && value < 1) return;
  throw invalid(kind, name, value, 'a probability above 0 and below 1');
}

function invalid(kind: string, name: string, value: unknown, expected: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `${kind}(options): ${name} is ${show(value)}, not ${expected}.`, {
    about: name,
    hint: `Change it, or omit it for the default.`,
  });
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
