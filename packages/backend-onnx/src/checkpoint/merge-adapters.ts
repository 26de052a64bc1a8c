import { sizeOf, type TensorData } from '@forge-ml/core/plugin';
import {
  elements,
  type Graph,
  type Node,
  numbersOf,
  type ParameterValue,
  parameter,
  rebuild,
  tensorOf,
  type Value,
} from '@forge-ml/onnx/graph';
import { adapterShapes } from '../finetune/lora/adapter-weights.js';
import type { Adapter } from '../finetune/lora/choose-adapters.js';
import { QuantizedMerges } from './merge-quantized.js';
import type { AdaptedModel } from './read-adapted.js';
import type { Rounding } from './rounding.js';

/**
 * The model without adapters: each weight W is W + alpha / rank · B·A, and the graph is as it was before. A quantized
 * weight is quantized again, with the same bits and blocks.
 * @param rounding measures what that changes. Default: it is not measured
 * @throws ForgeError ABILITY_MISSING for a weight that cannot be quantized again
 */
export function mergeAdapters(model: AdaptedModel, rounding?: Rounding): Graph {
  const { parameters, adapters } = model;
  const merges = new Map<string, Merge>();
  const changes = new Map<Value, ParameterValue>();
  for (const { rank, alpha, adapters: own } of adapters) {
    for (const adapter of own) {
      const { a, b } = adapterShapes(adapter, rank);
      const [weight, first, second] = [adapter.weight, a.name, b.name].map((name) => parameters.get(name));
      // A weight that the inference graph does not read.
      if (first === undefined || second === undefined) continue;
      const merge: Merge = (values) => addTo(values, adapter, first.initial, second.initial, alpha / rank);
      merges.set(a.name, merge).set(b.name, merge);
      if (weight?.dtype.includes('float')) changes.set(weight, parameter(weight.name, merged(weight.initial, merge)));
    }
  }
  const quantized = new QuantizedMerges(rounding);
  const rewrite = (node: Node) => withoutAdapter(node, merges, quantized);
  return rebuild(model, { rewrite, substitute: (value) => changes.get(value) });
}

/** The output that an adapter's was added to, of the node that adds them. */
function withoutAdapter(
  { op, domain, inputs }: Node,
  merges: ReadonlyMap<string, Merge>,
  quantized: QuantizedMerges,
): readonly Value[] | undefined {
  if (domain !== '') return undefined;
  // A merged output is rounded already.
  const rounded = op === 'QuantizeLinear' ? quantized.wholeOf(inputs[0]!) : undefined;
  if (rounded !== undefined) return [rounded];
  if (op !== 'Add') return undefined;
  const [first, second] = inputs as readonly [Value, Value];
  for (const [output, adapter] of [
    [first, second],
    [second, first],
  ] as const) {
    const merge = mergeOf(adapter, merges);
    if (merge !== undefined) return [quantized.merged(output, merge)];
  }
  return undefined;
}

function mergeOf(value: Value, merges: ReadonlyMap<string, Merge>): Merge | undefined {
  const product = through(value, 'Cast');
  if (product.kind !== 'node' || !['MatMul', 'Conv'].includes(product.node.op)) return undefined;
  const weight = product.node.inputs[1] && through(product.node.inputs[1], 'Transpose');
  return weight?.kind === 'parameter' ? merges.get(weight.name) : undefined;
}

function through(value: Value, op: string): Value {
  return value.kind === 'node' && value.node.op === op ? value.node.inputs[0]! : value;
}

/** Adds an adapter to the numbers of its weight. */
type Merge = (values: Float64Array) => void;

/** In float64, rounded once to the type of the weight. */
function merged(initial: TensorData, merge: Merge): TensorData {
  const { dtype, shape } = initial;
  const values = Float64Array.from(numbers(initial));
  merge(values);
  if (dtype !== 'float32') return tensorOf(Array.from(values), dtype, shape);
  const rounded = Float32Array.from(values);
  return { dtype, shape, bytes: new Uint8Array(rounded.buffer) };
}

function addTo(
  values: Float64Array,
  { in: inputs, out, inFirst, kernel }: Adapter,
  a: TensorData,
  b: TensorData,
  scale: number,
): void {
  const rank = a.shape[0]!;
  const columns = inputs * sizeOf(kernel);
  const [first, second] = [numbers(a), numbers(b)];
  const row = new Float64Array(columns);
  for (let at = 0; at < out; at++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * second[at * rank + r]!;
      for (let column = 0; column < columns; column++) row[column]! += factor * first[r * columns + column]!;
    }
    for (let column = 0; column < columns; column++) {
      values[inFirst ? column * out + at : at * columns + column]! += row[column]!;
    }
  }
}

function numbers(data: TensorData): ArrayLike<number> {
  return data.dtype === 'float32' ? (elements(data) as Float32Array) : numbersOf(data);
}
