import { type ConstantValue, intsAttribute, isUnpacked, type ParameterValue, type Value } from '@forge-ml/onnx/graph';

/** A weight, and how an operator sees it. */
export interface SeenWeight {
  /** A constant where the file packs it, two numbers to a byte: no parameter is of such a type. */
  readonly weight: ParameterValue | ConstantValue;
  /** Whether its two dimensions are exchanged on the way. */
  readonly transposed: boolean;
  /** Whether only views are on the way: then the operator sees the weight's own numbers. */
  readonly plain: boolean;
}

/** Operators that show a weight as it is, or as the numbers that it stands for. */
const shows: ReadonlySet<string> = new Set(['Identity', 'Cast', 'DequantizeLinear']);

/** The parameter, or packed constant, that an operand is: as it is, transposed, of another type or dequantized. */
export function weightBehind(operand: Value | null | undefined): SeenWeight | undefined {
  let [value, transposed, plain] = [operand, false, true];
  while (value?.kind === 'node') {
    const { node }: { node: typeof value.node } = value;
    const { op, domain, inputs } = node;
    if (domain !== '') return undefined;
    if (op === 'Transpose' && value.shape.length === 2) {
      const [first = 1] = intsAttribute(node, 'perm') ?? [];
      if (first === 1) transposed = !transposed;
    } else if (!shows.has(op)) return undefined;
    if (op === 'Cast' || op === 'DequantizeLinear') plain = false;
    value = inputs[0];
  }
  if (value?.kind === 'parameter') return { weight: value, transposed, plain };
  if (value?.kind !== 'constant' || isUnpacked(value.data)) return undefined;
  return { weight: value, transposed, plain };
}
