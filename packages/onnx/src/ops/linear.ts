import { known } from '../errors/options.js';
import { float, given, int, ints, maybe, text } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call } from '../graph/make-node.js';

/** NumPy's matmul: […, m, k] · […, k, n] to […, m, n]. */
export function matMul(a: Value, b: Value): Value {
  return call('MatMul', [a, b]);
}

export interface GemmOptions {
  readonly alpha?: number;
  readonly beta?: number;
  readonly transA?: boolean;
  readonly transB?: boolean;
}

/** alpha · A · B + beta · C of matrices; C is broadcast to [m, n]. */
export function gemm(a: Value, b: Value, c?: Value | null, options: GemmOptions = {}): Value {
  const { alpha, beta, transA, transB } = known('ops.gemm', options, ['alpha', 'beta', 'transA', 'transB']);
  return call('Gemm', [a, b, c ?? null], {
    ...given({ alpha: maybe(float, alpha), beta: maybe(float, beta) }),
    ...given({ transA: maybe(int, transA), transB: maybe(int, transB) }),
  });
}

export interface ConvOptions {
  readonly strides?: readonly number[] | undefined;
  /** All beginnings, then all ends. */
  readonly pads?: readonly number[] | undefined;
  readonly dilations?: readonly number[] | undefined;
  readonly group?: number | undefined;
}

/** Cross-correlation: x [batch, channels, …spatial], weights [filters, channels / group, …kernel], bias [filters]. */
export function conv(x: Value, weights: Value, bias?: Value | null, options: ConvOptions = {}): Value {
  known('ops.conv', options, ['strides', 'pads', 'dilations', 'group']);
  return call('Conv', [x, weights, bias ?? null], convAttributes(weights, options));
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Added to the end of each spatial dimension. */
  readonly outputPadding?: readonly number[] | undefined;
}

/** The gradient of `conv` by its input: x [batch, channels, …spatial], weights [channels, filters / group, …kernel]. */
export function convTranspose(
  x: Value,
  weights: Value,
  bias?: Value | null,
  options: ConvTransposeOptions = {},
): Value {
  known('ops.convTranspose', options, ['strides', 'pads', 'dilations', 'group', 'outputPadding']);
  return call('ConvTranspose', [x, weights, bias ?? null], {
    ...convAttributes(weights, options),
    ...given({ output_padding: maybe(ints, options.outputPadding) }),
  });
}

/** Sums of products by letters, e.g. `einsum('bij,bjk->bik', [a, b])`. */
export function einsum(equation: string, values: readonly Value[]): Value {
  return call('Einsum', values, { equation: text(equation) });
}

function convAttributes(weights: Value, { strides, pads, dilations, group }: ConvOptions) {
  const kernel = weights.shape.slice(2);
  const known = kernel.every((size) => typeof size === 'number') ? kernel : undefined;
  return given({
    kernel_shape: maybe(ints, known),
    strides: maybe(ints, strides),
    pads: maybe(ints, pads),
    dilations: maybe(ints, dilations),
    group: maybe(int, group),
  });
}
