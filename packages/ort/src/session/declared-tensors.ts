import type { Api } from '../native/api.js';
import type { DeclaredTensor } from '../tensors/declared-tensor.js';
import { dtypeOf } from '../tensors/element-types.js';

/** The inputs of a session, in the model's order. */
export function inputsOf(api: Api, session: bigint): readonly DeclaredTensor[] {
  const { call } = api;
  const many = Number(api.out((out) => call.SessionGetInputCount(session, out)));
  return Array.from({ length: many }, (_, at) => ({
    name: api.outText((allocator, out) => call.SessionGetInputName(session, at, allocator, out)),
    ...typeOf(
      api,
      api.out((out) => call.SessionGetInputTypeInfo(session, at, out)),
    ),
  }));
}

/** The outputs of a session, in the model's order. */
export function outputsOf(api: Api, session: bigint): readonly DeclaredTensor[] {
  const { call } = api;
  const many = Number(api.out((out) => call.SessionGetOutputCount(session, out)));
  return Array.from({ length: many }, (_, at) => ({
    name: api.outText((allocator, out) => call.SessionGetOutputName(session, at, allocator, out)),
    ...typeOf(
      api,
      api.out((out) => call.SessionGetOutputTypeInfo(session, at, out)),
    ),
  }));
}

function typeOf(api: Api, type: bigint): Pick<DeclaredTensor, 'dtype' | 'shape'> {
  try {
    // Part of `type`; null where it is no tensor.
    const tensor = api.out((out) => api.call.CastTypeInfoToTensorInfo(type, out));
    if (tensor === 0n) return { dtype: undefined, shape: [] };
    const { dtype, shape } = typeAndShape(api, tensor);
    return { dtype, shape: shape.map((size) => (size < 0 ? null : size)) };
  } finally {
    api.call.ReleaseTypeInfo(type);
  }
}

/** @param info an OrtTensorTypeAndShapeInfo. A size of -1 is open. */
export function typeAndShape(api: Api, info: bigint) {
  const { call } = api;
  const dtype = dtypeOf(api.outInt((out) => call.GetTensorElementType(info, out)));
  const rank = Number(api.out((out) => call.GetDimensionsCount(info, out)));
  const sizes = new BigInt64Array(rank);
  if (rank > 0) api.check(call.GetDimensions(info, sizes, rank));
  return { dtype, shape: Array.from(sizes, Number) };
}
