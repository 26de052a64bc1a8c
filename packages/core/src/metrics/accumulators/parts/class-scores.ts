import { describeTensor, sizeOf } from '../../../tensor/tensor-data.js';
import type { MetricContext } from './accumulator.js';
import { arraysOf, dataError, metricError, trimmedShape, weightsOf } from './compared-arrays.js';
import type { MetricArrays } from './metric-array.js';
import type { IgnoreOption, ScoreOptions } from './metric-options.js';

/** The scores and labels of a batch. A row is an example, or a position of a sequence. */
export interface ClassScores {
  readonly kind: 'binary' | 'multiclass' | 'multilabel';
  readonly rows: number;
  /** Scores in a row: 1 for binary. */
  readonly width: number;
  /** Row-major. */
  readonly scores: ArrayLike<number>;
  /** The class of each row; for multilabel, 0 or 1 for each score. */
  readonly labels: ArrayLike<number>;
  /** Undefined if all rows count the same. */
  readonly weights: ((row: number) => number) | undefined;
}

/**
 * Finds out from the shapes what is classified:
 *
 * - output `[n]` or `[n, 1]`, labels of as many numbers: binary, labels 0 and 1
 * - output `[n, …, classes]`, labels `[n, …]`: classes 0 to `classes` - 1
 * - the same shape: one-hot labels, or several classes of one example with `multilabel`
 *
 * @throws ForgeError METRIC_INVALID for other shapes; DATA_INVALID for labels out of range, and for probabilities that
 * are none
 */
export function classScores(
  options: ScoreOptions & IgnoreOption,
  batch: MetricArrays,
  outputs: MetricArrays,
  context: MetricContext,
): ClassScores {
  const { label, output, names } = arraysOf(options, batch, outputs, context);
  const [labelShape, outputShape] = [trimmedShape(label.shape), trimmedShape(output.shape)];
  const width = outputShape.at(-1) ?? 1;
  const given = label.data;
  const scores = output.data;
  const same = String(labelShape) === String(outputShape);
  const weightsFor = (rows: number) => weightsOf(options, batch, rows, context);
  const wrongShapes = () =>
    metricError(
      context,
      `the output ${names.output} is ${describeTensor(output)}, the labels ${names.label} are ${describeTensor(label)}`,
      'Labels are [n] for an output [n] or [n, classes], or have its shape.',
    );
  let found: ClassScores;
  if (options.multilabel) {
    if (!same || outputShape.length < 2) throw wrongShapes();
    requireLabels(given, 2, names.label, context);
    const rows = sizeOf(outputShape) / width;
    found = { kind: 'multilabel', rows, width, scores, labels: given, weights: weightsFor(rows) };
  } else if (same && outputShape.length <= 1) {
    requireLabels(given, 2, names.label, context);
    const rows = sizeOf(outputShape);
    found = { kind: 'binary', rows, width: 1, scores, labels: given, weights: weightsFor(rows) };
  } else {
    const rows = sizeOf(outputShape) / width;
    const isIndex = String(labelShape) === String(trimmedShape(output.shape.slice(0, -1)));
    if (!isIndex && !same) throw wrongShapes();
    const labels = isIndex ? given : classesOfOneHot(given, rows, width, names.label, context);
    const { ignoreLabel } = options;
    const known =
      ignoreLabel === undefined ? labels : Array.from(labels, (label) => (label === ignoreLabel ? 0 : label));
    requireLabels(known, width, names.label, context);
    const weights = weightsFor(rows);
    const counted = (row: number) => (labels[row] === ignoreLabel ? 0 : (weights?.(row) ?? 1));
    found = {
      kind: 'multiclass',
      rows,
      width,
      scores,
      labels: known,
      weights: ignoreLabel === undefined ? weights : counted,
    };
  }
  if (options.probabilities) requireProbabilities(found, names.output, context);
  return found;
}

function requireLabels(labels: ArrayLike<number>, classes: number, name: string, context: MetricContext): void {
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw dataError(
      context,
      `a label in ${name} is ${label}`,
      `With ${classes} classes, labels are whole numbers from 0 to ${classes - 1}.`,
    );
  }
}

function classesOfOneHot(
  given: ArrayLike<number>,
  rows: number,
  width: number,
  name: string,
  context: MetricContext,
): ArrayLike<number> {
  const classes = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let ones = 0;
    for (let at = 0; at < width; at++) {
      const value = given[row * width + at]!;
      if (value === 1) {
        classes[row] = at;
        ones++;
      } else if (value !== 0) ones = Number.NaN;
    }
    if (ones === 1) continue;
    throw dataError(
      context,
      `a row of the labels ${name} is not one-hot`,
      'Where an example may have several classes, or none, write { multilabel: true }.',
    );
  }
  return classes;
}

/** How far the probabilities of a row may be from a sum of 1: float16 has three digits. */
const sumTolerance = 1e-2;

function requireProbabilities({ kind, rows, width, scores }: ClassScores, name: string, context: MetricContext): void {
  const hint = 'Omit { probabilities: true } if the outputs are logits.';
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) {
      const score = scores[at]!;
      if (score < 0 || score > 1) throw dataError(context, `the output ${name} has ${score}, no probability`, hint);
      sum += score;
    }
    if (kind === 'multiclass' && Math.abs(sum - 1) > sumTolerance) {
      throw dataError(context, `a row of the output ${name} has the sum ${sum}, not 1`, hint);
    }
  }
}
