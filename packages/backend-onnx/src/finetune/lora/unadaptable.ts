import { intAttribute, type Node, type Value, walk } from '@forge-ml/onnx/graph';
import { moduleNameOf } from './module-name.js';

/** A layer that adapters are not made for. */
export interface Unadaptable {
  /** The names of its module and of its weight. */
  readonly name: string;
  readonly weightName: string;
  readonly why: string;
  /** The next step. */
  readonly hint: string;
}

/** Which input of an operator of whole numbers is its weight. */
const integerWeights: Readonly<Record<string, number>> = {
  MatMulInteger: 1,
  ConvInteger: 1,
  DynamicQuantizeMatMul: 1,
  MatMulIntegerToFloat: 1,
  QLinearMatMul: 3,
  QLinearConv: 3,
  QGemm: 3,
};

/**
 * The layers of a model that have a weight and can have no adapter: convolutions of several groups, and products of whole
 * numbers.
 * @param named names of constants
 */
export function unadaptableIn(outputs: Iterable<Value>, named: ReadonlyMap<Value, string>): readonly Unadaptable[] {
  return walk([...outputs]).nodes.flatMap((node) => {
    const [value, reason] = reasonOf(node) ?? [];
    const weightName = value ? nameOf(value, named) : undefined;
    if (weightName === undefined || reason === undefined) return [];
    return [{ name: moduleNameOf(weightName, node), weightName, ...reason }];
  });
}

function reasonOf(node: Node): readonly [Value | null | undefined, Pick<Unadaptable, 'why' | 'hint'>] | undefined {
  const groups = node.op === 'Conv' ? intAttribute(node, 'group', 1) : 1;
  if (groups > 1) {
    // PEFT gives A all channels, and only B groups: no weight of groups is their sum, and PEFT cannot merge it either.
    const why = `it is a Conv of ${groups} groups, whose weight has no place for the product of an adapter's matrices`;
    return [node.inputs[1], { why, hint: 'Train it as a whole: also.' }];
  }
  const at = integerWeights[node.op];
  if (at === undefined) return undefined;
  const why = `it is a ${node.op}, which multiplies whole numbers`;
  const hint =
    'Take the file from before its activations were quantized, and quantize only its weights: forge onnx quantize.';
  return [node.inputs[at], { why, hint }];
}

function nameOf(operand: Value, named: ReadonlyMap<Value, string>): string | undefined {
  let value: Value | null | undefined = operand;
  while (value?.kind === 'node') value = value.node.inputs[0];
  if (value?.kind === 'parameter') return value.name;
  return value ? named.get(value) : undefined;
}
