import type { ParameterValue } from '@forge-ml/onnx/graph';
import { type Initializer, normal, zeros } from '../../layers/initializers.js';
import type { LayerContext } from '../../layers/layer.js';
import type { Adapter } from './choose-adapters.js';

/** The two weights of an adapter. */
export interface AdapterWeights {
  readonly a: ParameterValue;
  readonly b: ParameterValue;
}

/** The names of an adapter's weights, and their shapes, as PEFT (Hugging Face) has them. */
export function adapterShapes({ name, kind, in: inputs, out, kernel }: Adapter, rank: number) {
  const part = kind === 'embedding' ? 'lora_embedding' : 'lora';
  const end = kind === 'embedding' ? '' : '.weight';
  const ones = kernel.map(() => 1);
  return {
    a: { name: `${name}.${part}_A${end}`, shape: [rank, inputs, ...kernel] },
    b: { name: `${name}.${part}_B${end}`, shape: [out, rank, ...ones] },
  };
}

/** Before the first step an adapter changes nothing: one of its weights is zero, as in PEFT. */
export function adapterWeights(adapter: Adapter, rank: number, context: LayerContext): AdapterWeights {
  const { a, b } = adapterShapes(adapter, rank);
  const isEmbedding = adapter.kind === 'embedding';
  return {
    a: context.parameter(a.name, a.shape, isEmbedding ? zeros : kaimingUniform),
    b: context.parameter(b.name, b.shape, isEmbedding ? normal(1) : zeros),
  };
}

/** Kaiming uniform with a = √5, the default of PyTorch's layers: from -1/√n to 1/√n of n inputs. */
const kaimingUniform: Initializer = ({ shape, random }) => {
  const [outputs = 1, ...inputs] = shape;
  const count = inputs.reduce((product, size) => product * size, 1);
  const bound = 1 / Math.sqrt(count);
  return Float32Array.from({ length: outputs * count }, () => (2 * random.float() - 1) * bound);
};
