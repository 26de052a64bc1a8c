import type { FlatModel, FlatNode } from './flat-nodes.js';
import type { ShownParameter } from './shown-model.js';

/** Operators through which a weight is passed to the layer that multiplies with it. */
const passing: ReadonlySet<string> = new Set([
  ...['Transpose', 'Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'DequantizeLinear'],
]);

/** Layers that multiply activations with a matrix, and the input that is the matrix. */
const linear: Readonly<Record<string, readonly number[]>> = {
  MatMul: [0, 1],
  Gemm: [0, 1],
  FusedMatMul: [0, 1],
  MatMulNBits: [1],
  MatMulInteger: [1],
  DynamicQuantizeMatMul: [1],
  Conv: [1],
};

/** A node that multiplies activations with a weight. */
export interface LinearLayer {
  readonly node: FlatNode;
  readonly weight: ShownParameter;
  /** Of the weight; of a packed one as if it were not packed. */
  readonly shape: readonly number[];
  /** The value that it multiplies. */
  readonly reads: string;
}

/** The linear layers and convolutions of a model, in its order. */
export function linearLayers({ nodes }: FlatModel, parameters: readonly ShownParameter[]): LinearLayer[] {
  const weights = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return nodes.flatMap((node): LinearLayer[] => {
    const [first] = node.inputs;
    if (passing.has(node.op) && first !== undefined) {
      const passed = weights.get(first);
      if (passed !== undefined) weights.set(node.outputs[0] ?? '', passed);
      return [];
    }
    const places = Object.hasOwn(linear, node.op) ? linear[node.op]! : [];
    const at = places.find((place) => weights.has(node.inputs[place] ?? ''));
    if (at === undefined) return [];
    const reads = node.inputs[at === 0 ? 1 : 0] ?? '';
    const weight = weights.get(node.inputs[at]!)!;
    const shape = shapeOf(node, weight);
    return shape === undefined ? [] : [{ node, weight, shape, reads }];
  });
}

/** Undefined for a tensor that is no matrix and no kernel: activations are multiplied with tables, too. */
function shapeOf({ op, settings }: FlatNode, { shape }: ShownParameter): readonly number[] | undefined {
  if (op === 'MatMulNBits') return [settings.get('N') ?? 0, settings.get('K') ?? 0];
  if (op === 'Conv') return shape.length >= 3 ? shape : undefined;
  return shape.length === 2 ? shape : undefined;
}
