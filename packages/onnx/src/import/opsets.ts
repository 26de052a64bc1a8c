import { invalidModel } from '../errors/onnx-error.js';
import type { OperatorSetIdProto } from '../proto/messages.js';
import { newestListed, versionAt } from '../proto/operator-versions.js';

/** The versions of operators that a model or function is written in. */
export interface Opsets {
  /** Of ONNX's own; undefined where it declares none. */
  readonly onnx: number | undefined;
  /** Of other domains, by domain. */
  readonly others: ReadonlyMap<string, number>;
}

const oldest = 7;
/** Operators that newer opsets have not changed are read from those too. */
const newest = 25;

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
  const isOwn = ({ domain }: OperatorSetIdProto) => domain === '' || domain === 'ai.onnx';
  const own = imports.find(isOwn);
  const others = imports.filter((one) => !isOwn(one));
  return {
    onnx: own && Number(own.version ?? 0n),
    others: new Map(others.map(({ domain, version }) => [domain, Number(version ?? 1n)])),
  };
}

/** @throws OnnxError MODEL_INVALID where a model with operators of ONNX declares no opset. */
export function declaredOpset({ onnx }: Opsets, node: string): number {
  if (onnx !== undefined) return onnx;
  const hint = `Export the model with an opset from 17 to ${newest}.`;
  throw invalidModel(`The model declares no opset for ${node}.`, node, hint);
}

/** Why the form that an opset gives an operator is not supported; undefined where it is. */
export function unsupportedForm(op: string, opset: number, node: string): string | undefined {
  const form = opset > newestListed ? opset : (versionAt(op, opset) ?? 0);
  if (form > newest) return `${node} is in the form of opset ${form}; the newest supported is ${newest}`;
  const first = Object.hasOwn(readSince, op) ? readSince[op]! : oldest;
  if (opset < first) return `${node} is of opset ${opset}, and supported from opset ${first} on`;
  return undefined;
}
