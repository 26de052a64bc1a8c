import type { Value } from '@forge-ml/onnx/graph';
import { indices, scalar } from '@forge-ml/onnx/graph';
import { add, concat, expand, matMul, scan, shapeOf, transpose } from '@forge-ml/onnx/ops';
import { glorotUniform, type Initializer, orthogonal } from './initializers.js';
import type { LayerContext, NamedOptions } from './layer.js';
import { knownSize, requireRank } from './sizes.js';

export interface RecurrentOptions extends NamedOptions {
  /**
   * Whether to return the outputs of all time steps, [batch, time, units], rather than the last one's, [batch, units].
   */
  readonly sequences?: boolean;
  /** glorotUniform by default, as in Keras. */
  readonly kernelInitializer?: Initializer;
  /** orthogonal() by default, as in Keras. */
  readonly recurrentInitializer?: Initializer;
}

export const recurrentOptions = ['sequences', 'kernelInitializer', 'recurrentInitializer'];

/** The weights of all gates, concatenated: the kernel of the input and that of the previous output. */
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
 * Runs a cell over the time steps of x [batch, time, features] by Scan. The inputs of all time steps are multiplied at
 * once.
 * @param states how many states [batch, units] the cell has; they start at zero
 * @param cell maps the multiplied input of one time step, [batch, gates · units], and the states before it to the
 * states after it; the first of them is the layer's output
 */
export function overTime(
  x: Value,
  units: number,
  kernel: Value,
  bias: Value,
  states: number,
  cell: (inputs: Value, states: readonly Value[]) => readonly Value[],
  { sequences, training }: { readonly sequences: boolean; readonly training: boolean },
): Value {
  const inputs = transpose(add(matMul(x, kernel), bias), [1, 0, 2]);
  const start = expand(scalar(0, x.dtype), concat([shapeOf(x, 0, 1), indices([units])], 0));
  const result = scan(new Array<Value>(states).fill(start), [inputs], (before, [now]) => {
    const after = cell(now!, before);
    // The gradient needs all states of all time steps, and recomputes those that are not collected.
    return { states: after, scans: training ? after : sequences ? [after[0]!] : [] };
  });
  return sequences ? transpose(result.scans[0]!, [1, 0, 2]) : result.states[0]!;
}
