import { invalidModel } from '../errors/onnx-error.js';
import type { OperatorSetIdProto } from '../proto/messages.js';

/** The version of ONNX's own operators that a model or function is written in; undefined where it declares none. */
export interface Opsets {
  readonly onnx: number | undefined;
}

const oldest = 7;
const newest = 21;

/** Operators that are also read from opsets before 7, and from which on: `upgrade/` covers all changes since then. */
const readSince: Readonly<Record<string, number>> = {
  Abs: 6,
  AveragePool: 1,
  Cast: 6,
  Ceil: 6,
  Clip: 6,
  Concat: 4,
  Conv: 1,
  ConvTranspose: 1,
  Elu: 6,
  Exp: 6,
  Flatten: 1,
  Floor: 6,
  Gather: 1,
  GlobalAveragePool: 1,
  GlobalMaxPool: 1,
  HardSigmoid: 6,
  Identity: 1,
  InstanceNormalization: 6,
  LRN: 1,
  LeakyRelu: 6,
  Log: 6,
  LogSoftmax: 1,
  MatMul: 1,
  Max: 6,
  MaxPool: 1,
  Min: 6,
  Neg: 6,
  Not: 1,
  Pad: 2,
  Reciprocal: 6,
  ReduceL1: 1,
  ReduceL2: 1,
  ReduceLogSum: 1,
  ReduceLogSumExp: 1,
  ReduceMax: 1,
  ReduceMean: 1,
  ReduceMin: 1,
  ReduceProd: 1,
  ReduceSum: 1,
  ReduceSumSquare: 1,
  Relu: 6,
  Reshape: 5,
  Selu: 6,
  Shape: 1,
  Sigmoid: 6,
  Size: 1,
  Slice: 1,
  Softmax: 1,
  Softplus: 1,
  Softsign: 1,
  Split: 2,
  Sqrt: 6,
  Squeeze: 1,
  Sum: 6,
  Tanh: 6,
  Tile: 6,
  Transpose: 1,
  Unsqueeze: 1,
};

export function opsetsOf(imports: readonly OperatorSetIdProto[]): Opsets {
  const own = imports.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return { onnx: own && Number(own.version ?? 0n) };
}

/** @throws OnnxError MODEL_INVALID for an unsupported version. */
export function checkOpset({ onnx }: Opsets, op: string, node: string): number {
  const hint = `Export the model with an opset from 17 to ${newest}.`;
  if (onnx === undefined) throw invalidModel(`The model declares no opset for ${node}.`, node, hint);
  if (onnx > newest)
    throw invalidModel(`The model is of opset ${onnx}; the newest supported is ${newest}.`, `opset ${onnx}`, hint);
  if (onnx < (Object.hasOwn(readSince, op) ? readSince[op]! : oldest)) {
    throw invalidModel(
      `The model is of opset ${onnx}; ${node} is supported from opset ${oldest} on.`,
      `opset ${onnx}`,
      hint,
    );
  }
  return onnx;
}
