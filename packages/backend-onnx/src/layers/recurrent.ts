import type { Value } from '@forge-ml/onnx/graph';
import { indices, scalar } from '@forge-ml/onnx/graph';
import { add, concat, expand, matMul, scan, shapeOf, transpose } from '@forge-ml/onnx/ops';
import { glorotUniform, type Initializer, orthogonal } from './initializers.js';
import type { LayerContext, NamedOptions } from './layer.js';
import { knownSize, requireRank } from './sizes.js';

export interface RecurrentOptions extends NamedOptions {
  /** Whether to give the outputs of all times, [batch, time, units], rather than the last one's, [batch, units]. */
  readonly sequences?: boolean;
  /** glorotUniform by default, as in Keras. */
  readonly kernelInitializer?: Initializer;
  /** orthogonal() by default, as in Keras. */
  readonly recurrentInitializer?: Initializer;
}

export const recurrentOptions = ['sequences', 'kernelInitializer', 'recurrentInitializer'];

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
 * Runs a cell over the times of x [batch, time, features], one after the other, by Scan. What comes in is multiplied
 * for all times at once.
 * @param states how many values of [batch, units] the cell carries; zero before the first time
 * @param cell from what comes in at a time, [batch, gates · units], and the states before; the first of the states it
 * gives is the layer's output
 */
export function overTime(
  x: Value,
  units: number,
  kernel: Value,
  bias: Value,
  states: number,
  cell: (entering: Value, states: readonly Value[]) => readonly Value[],
  { sequences, training }: { readonly sequences: boolean; readonly training: boolean },
): Value {
  const entering = transpose(add(matMul(x, kernel), bias), [1, 0, 2]);
  const start = expand(scalar(0, x.dtype), concat([shapeOf(x, 0, 1), indices([units])], 0));
  const result = scan(new Array<Value>(states).fill(start), [entering], (before, [now]) => {
    const after = cell(now!, before);
    // The gradient needs every state of every time; those that are not collected would be computed once more for it.
    return { states: after, scans: training ? after : sequences ? [after[0]!] : [] };
  });
  return sequences ? transpose(result.scans[0]!, [1, 0, 2]) : result.states[0]!;
}
