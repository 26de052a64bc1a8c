import type { Value } from '../graph/value.js';
import { add } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { concat, split, squeeze, unsqueeze } from '../ops/shape.js';
import { glorotUniform, type Initializer, orthogonal } from './initializers.js';
import type { LayerContext, NamedOptions } from './layer.js';
import { knownSize, requireRank } from './sizes.js';

export interface RecurrentOptions extends NamedOptions {
  /** Whether to give the outputs of all times, [batch, time, units], rather than the last one's, [batch, units]. */
  readonly sequences?: boolean;
  /** glorotUniform where left out, as in Keras. */
  readonly kernelInitializer?: Initializer;
  /** orthogonal() where left out, as in Keras. */
  readonly recurrentInitializer?: Initializer;
}

/** The gates' weights, side by side: what comes in, and what was there before. */
export function gateKernels(
  layer: string,
  x: Value,
  units: number,
  gates: number,
  context: LayerContext,
  { kernelInitializer = glorotUniform, recurrentInitializer = orthogonal() }: RecurrentOptions,
): { readonly kernel: Value; readonly recurrent: Value } {
  requireRank(layer, x, 3, 'batch, time, features');
  const width = gates * units;
  return {
    kernel: context.parameter('kernel', [knownSize(layer, x, -1), width], kernelInitializer),
    recurrent: context.parameter('recurrent_kernel', [units, width], recurrentInitializer),
  };
}

/**
 * Runs a cell over the times of x [batch, time, features], one after the other. What comes in is multiplied for all
 * times at once.
 * @param cell from what comes in at a time, [batch, gates · units], and the state before, null at the first
 * @param output which part of the state is the layer's output
 */
export function overTime<State>(
  layer: string,
  x: Value,
  kernel: Value,
  bias: Value,
  cell: (entering: Value, state: State | null) => State,
  output: (state: State) => Value,
  sequences: boolean,
): Value {
  const times = knownSize(layer, x, 1);
  const entering = split(add(matMul(x, kernel), bias), new Array<number>(times).fill(1), 1);
  const outputs: Value[] = [];
  let state: State | null = null;
  for (const one of entering) {
    state = cell(squeeze(one, [1]), state);
    outputs.push(output(state));
  }
  if (!sequences) return outputs.at(-1)!;
  return concat(
    outputs.map((value) => unsqueeze(value, [1])),
    1,
  );
}
