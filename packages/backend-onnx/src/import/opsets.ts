import type { OperatorSetIdProto } from '../proto/messages.js';
import { invalid } from './invalid.js';

/** The version of ONNX's own operators that a model or function is written in; undefined where it does not say. */
export interface Opsets {
  readonly onnx: number | undefined;
}

const oldest = 7;
const newest = 21;

/** Operators that meant before opset 7 what they mean since, and from when on. */
const unchangedSince: Readonly<Record<string, number>> = {
  Abs: 6,
  Ceil: 6,
  Concat: 4,
  Conv: 1,
  ConvTranspose: 1,
  Elu: 6,
  Exp: 6,
  Floor: 6,
  GlobalAveragePool: 1,
  GlobalMaxPool: 1,
  HardSigmoid: 6,
  Identity: 1,
  InstanceNormalization: 6,
  LRN: 1,
  LeakyRelu: 6,
  Log: 6,
  MatMul: 1,
  Neg: 6,
  Not: 1,
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
  Softplus: 1,
  Softsign: 1,
  Sqrt: 6,
  Tanh: 6,
  Tile: 6,
  Transpose: 1,
};

export function opsetsOf(imports: readonly OperatorSetIdProto[]): Opsets {
  const own = imports.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return { onnx: own && Number(own.version ?? 0n) };
}

/** @throws ForgeError MODEL_INVALID for a version Forge does not read. */
export function checkOpset({ onnx }: Opsets, op: string, node: string): number {
  const hint = `Export the model with an opset from 17 to ${newest}.`;
  if (onnx === undefined) throw invalid(`The model does not say which opset ${node} is of.`, node, hint);
  if (onnx > newest)
    throw invalid(`The model is of opset ${onnx}; Forge reads up to ${newest}.`, `opset ${onnx}`, hint);
  if (onnx < (Object.hasOwn(unchangedSince, op) ? unchangedSince[op]! : oldest)) {
    throw invalid(`The model is of opset ${onnx}; Forge reads ${node} from opset ${oldest} on.`, `opset ${onnx}`, hint);
  }
  return onnx;
}
