import { intAttribute, type Node, type Value, walk } from '@forge-ml/onnx/graph';
import { moduleNameOf } from './module-name.js';
import { weightBehind } from './weight-behind.js';
import { weightUsesIn } from './weight-use.js';

/** A layer that adapters are not made for. */
export interface Unadaptable {
  /** The names of its module and of its weight. */
  readonly name: string;
  readonly weightName: string;
  /** Whether it is a linear layer. */
  readonly isLinear: boolean;
  /** What it is: "a Conv of 4 groups". */
  readonly what: string;
  readonly why: string;
  /** The next step. */
  readonly hint: string;
}

/** Which inputs of a layer may be its weight. */
const places: Readonly<Record<string, readonly number[]>> = {
  ...{ Conv: [1], ConvTranspose: [1], ConvInteger: [1], QLinearConv: [3] },
  ...{ MatMul: [0, 1], Gemm: [0, 1], FusedMatMul: [0, 1], MatMulInteger: [0, 1], QLinearMatMul: [0, 3], QGemm: [0, 3] },
  ...{ DynamicQuantizeMatMul: [1], MatMulIntegerToFloat: [0, 1] },
  ...{ Attention: [1], QAttention: [1], LSTM: [1], GRU: [1], RNN: [1] },
  ...{ Gather: [0], GatherBlockQuantized: [0] },
};

/**
 * The layers of a model that have a weight and can have no adapter, such as convolutions of several groups.
 * @param named names of constants
 */
export function unadaptableIn(outputs: Iterable<Value>, named: ReadonlyMap<Value, string>): readonly Unadaptable[] {
  const { nodes } = walk([...outputs]);
  const adaptable = new Set(weightUsesIn(nodes).map(({ reader }) => reader));
  return nodes.flatMap((node) => {
    const at = Object.hasOwn(places, node.op) && !adaptable.has(node) ? places[node.op]! : [];
    const weight = at.map((place) => weightBehind(node.inputs[place])?.weight).find((one) => one !== undefined);
    const weightName = weight?.kind === 'parameter' ? weight.name : weight && named.get(weight);
    if (weight === undefined || weightName === undefined || weight.shape.length < 2) return [];
    const isFloat = weight.dtype.includes('float');
    const reason = reasonOf(node, isFloat);
    if (reason === undefined) return [];
    return [{ name: moduleNameOf(weightName, node), weightName, isLinear: linear.test(node.op), ...reason }];
  });
}

const linear = /MatMul|Gemm|Attention/;

function reasonOf(node: Node, isFloat: boolean): Pick<Unadaptable, 'what' | 'why' | 'hint'> | undefined {
  const { op } = node;
  const because = (what: string, clause: string, hint = isFloat ? whole : onlyWeights) => {
    return { what, why: `it is ${what}, ${clause}`, hint };
  };
  const groups = op.includes('Conv') ? intAttribute(node, 'group', 1) : 1;
  if (groups > 1 && op !== 'ConvTranspose') {
    // PEFT gives A all channels, and only B groups: no weight of groups is their sum, and PEFT cannot merge it either.
    return because(`a Conv of ${groups} groups`, "whose weight has no place for the product of an adapter's matrices");
  }
  if (/Attention/.test(op)) {
    return because(`a fused ${op}`, 'which multiplies with three weights at once', unfused);
  }
  if (/^(LSTM|GRU|RNN)$/.test(op)) return because(`a ${op}`, 'whose gates share one weight');
  if (op === 'Gather') {
    // Other tables are looked up in whole numbers that are no weights.
    return isFloat ? undefined : because('a Gather of whole numbers', 'which another operator multiplies as they are');
  }
  if (/Integer$/.test(op))
    return because(`a ${op}`, 'whose result is not made real by a Cast and a Mul of both scales');
  return because(`a ${op}`, 'whose form has no adapter');
}

const whole = 'Train it as a whole: also.';
const onlyWeights = 'Take the file from before it was quantized, and quantize only its weights: forge onnx quantize.';
const unfused = 'Take the file from before its attention was fused, and quantize that.';
