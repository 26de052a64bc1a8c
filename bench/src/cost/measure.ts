import type { Engine } from '@forge-ml/core/plugin';
import { perceptronOf } from '../onnx/models.js';
import type { Rival } from '../onnx/rivals.js';
import { stepTimes } from '../onnx/step-times.js';

export interface CostPoint {
  readonly parameters: number;
  /** Examples in a batch. */
  readonly batch: number;
  /** Milliseconds of a step. */
  readonly forge: number;
  /** Milliseconds of a step of PyTorch in its fastest mode. */
  readonly torch: number;
  /** The fastest mode. */
  readonly mode: string;
}

type Widths = readonly [number, number, ...number[]];

/** Inputs and three hidden layers of one width, 10 outputs: about 1 k, 10 k … 100 M parameters. */
export const sizes: readonly Widths[] = [16, 56, 180, 576, 1824, 5760].map((width) => [width, width, width, width, 10]);
export const batchSizes: readonly number[] = [1, 4, 16, 64, 256, 1024];
/** The batch of the models of all sizes, and the model of all batches: a million parameters. */
export const usualBatch = 64;
export const usualSize = sizes[3]!;

/** From here on PyTorch's slowest mode is omitted: each mode has a copy of the model, its gradients and its moments. */
const large = 5_000_000;
const rounds = 5;

/** The time of an Adam step of a perceptron in Forge and in PyTorch, taking turns. */
export async function measureCost(
  widths: Widths,
  batch: number,
  engine: Engine,
  torch: readonly Rival[],
): Promise<CostPoint> {
  const parameters = parametersOf(widths);
  const rivals = torch.filter(({ mode }) => parameters < large || mode !== 'eager');
  const model = perceptronOf(widths, batch);
  const times = await stepTimes({ model, named: { widths }, engine, rivals, rounds });
  const [fastest] = [...times.rivals].sort((a, b) => a.time - b.time);
  if (fastest === undefined) throw new Error(`No mode of PyTorch works. ${times.failed.join(' ')}`);
  return { parameters, batch, forge: times.forge, torch: fastest.time, mode: fastest.name };
}

function parametersOf(widths: Widths): number {
  return widths.slice(1).reduce((sum, width, at) => sum + width * (widths[at]! + 1), 0);
}
