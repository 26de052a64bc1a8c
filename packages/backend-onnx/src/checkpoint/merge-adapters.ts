import { ForgeError, sizeOf, type TensorData } from '@forge-ml/core/plugin';
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
import type { AdaptedModel } from './read-adapted.js';

/**
 * The model without adapters: each weight W is W + alpha / rank · B·A, and the graph is as it was before.
 * @throws ForgeError ABILITY_MISSING for a quantized weight
 */
export function mergeAdapters(model: AdaptedModel): Graph {
  const { parameters, adapters } = model;
  const names = new Set<string>();
  const changes = new Map<Value, ParameterValue>();
  for (const { rank, alpha, adapters: own } of adapters) {
    for (const adapter of own) {
      const { a, b } = adapterShapes(adapter, rank);
      names.add(a.name).add(b.name);
      const [weight, first, second] = [adapter.weight, a.name, b.name].map((name) => parameters.get(name));
      // A weight that the inference graph does not read.
      if (weight === undefined || first === undefined || second === undefined) continue;
      changes.set(weight, parameter(weight.name, merged(weight, adapter, first.initial, second.initial, alpha / rank)));
    }
  }
  const rewrite = (node: Node) => withoutAdapter(node, names);
  return rebuild(model, { rewrite, substitute: (value) => changes.get(value) });
}

/** The output that an adapter's was added to, of the node that adds them. */
function withoutAdapter({ op, domain, inputs }: Node, adapters: ReadonlySet<string>): readonly Value[] | undefined {
  if (op !== 'Add' || domain !== '') return undefined;
  const [first, second] = inputs as readonly Value[];
  if (isAdapter(second!, adapters)) return [first!];
  return isAdapter(first!, adapters) ? [second!] : undefined;
}

function isAdapter(value: Value, names: ReadonlySet<string>): boolean {
  const product = through(value, 'Cast');
  if (product.kind !== 'node' || !['MatMul', 'Conv'].includes(product.node.op)) return false;
  const weight = product.node.inputs[1] && through(product.node.inputs[1], 'Transpose');
  return weight?.kind === 'parameter' && names.has(weight.name);
}

function through(value: Value, op: string): Value {
  return value.kind === 'node' && value.node.op === op ? value.node.inputs[0]! : value;
}

/** In float64, rounded once to the type of the weight. */
function merged(
  { name, initial }: ParameterValue,
  { in: inputs, out, inFirst, kernel }: Adapter,
  a: TensorData,
  b: TensorData,
  scale: number,
): TensorData {
  if (!initial.dtype.includes('float')) throw isQuantized(name);
  const rank = a.shape[0]!;
  const columns = inputs * sizeOf(kernel);
  const [first, second] = [numbers(a), numbers(b)];
  const values = Float64Array.from(numbers(initial));
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
  const { dtype, shape } = initial;
  if (dtype !== 'float32') return tensorOf(Array.from(values), dtype, shape);
  const rounded = Float32Array.from(values);
  return { dtype, shape, bytes: new Uint8Array(rounded.buffer) };
}

function numbers(data: TensorData): ArrayLike<number> {
  return data.dtype === 'float32' ? (elements(data) as Float32Array) : numbersOf(data);
}

function isQuantized(name: string): ForgeError {
  return new ForgeError('ABILITY_MISSING', `The weight ${name} is quantized: an adapter cannot be merged into it.`, {
    about: name,
    hint: 'Export the model with its adapters: --no-merge.',
  });
}
