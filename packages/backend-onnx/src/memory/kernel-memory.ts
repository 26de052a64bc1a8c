import { intAttribute, type Node, type Value } from '@forge-ml/onnx/graph';

/** Operators whose kernels may write their result over an input that nothing else reads any more. */
const inPlace: ReadonlySet<string> = new Set(
  `Abs Add And Cast Ceil Clip Cos Div Dropout Elu Exp Floor HardSigmoid HardSwish LeakyRelu Log Mul Neg Not Or
   Pow Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus Softsign Sqrt Sub Tanh`.split(/\s+/),
);

export function mayReplace({ op }: Node): boolean {
  return inPlace.has(op);
}

/** The bytes that the kernel of an operator takes while it runs, beside its inputs and outputs: in blocks. */
export function workspaceOf(
  node: Node,
  bytesOf: (value: Value) => number,
  isInMemory: (value: Value) => boolean,
): readonly number[] {
  const [x] = node.inputs;
  if (!x || node.domain !== '') return [];
  switch (node.op) {
    case 'Where': {
      // What it chooses of each of the two inputs, in the size of the result.
      const result = bytesOf(node.outputs[0]!);
      return [result, result];
    }
    case 'Softmax':
    case 'LogSoftmax':
      // Transposed, and back.
      return isLastAxis(intAttribute(node, 'axis', -1), x) ? [] : [bytesOf(x), bytesOf(x)];
    case 'SoftmaxCrossEntropyLoss':
      // Logarithms of probabilities along the second of three axes, where they are no output that is read.
      return Array.from({ length: node.outputs.slice(1).some(isInMemory) ? 2 : 3 }, () => bytesOf(x));
    default:
      return [];
  }
}

function isLastAxis(axis: number, { shape }: Value): boolean {
  return axis === -1 || axis === shape.length - 1;
}
