import type { DType } from '../../tensor/tensor.js';

export const floats = ['float32', 'float64', 'float16', 'bfloat16'] as const satisfies DType[];
export const unsigned = ['uint8', 'uint16', 'uint32', 'uint64'] as const satisfies DType[];
export const signedIntegers = ['int8', 'int16', 'int32', 'int64'] as const satisfies DType[];
export const integers: readonly DType[] = [...signedIntegers, ...unsigned];
/** Integers of 4 bits, which only few operators take. */
export const fourBits = ['int4', 'uint4'] as const satisfies DType[];
export const numbers: readonly DType[] = [...floats, ...integers];
export const signedNumbers: readonly DType[] = [...floats, ...signedIntegers];
export const indexTypes = ['int64', 'int32'] as const satisfies DType[];
