import { fromBfloat, fromHalf } from '../../tensor/half.js';
import { bitsPerElement, type DType, isLazy, type LazyTensor, sizeOf, type TensorData } from '../../tensor/tensor.js';

/** Reads single elements of a floating tensor, so that large ones need not become arrays of numbers. */
export interface Elements {
  readonly count: number;
  readonly shape: readonly number[];
  at(index: number): number;
}

/** Parts that are read of a tensor in a file, bytes. Most patterns are refused by the first. */
const partBytes = 65_536;
/** After so many parts the whole tensor is read: elements in any order would read the same parts again and again. */
const mostParts = 16;

export function elementsOf(tensor: TensorData): Elements {
  const { dtype, shape } = tensor;
  const size = bitsPerElement[dtype] / 8;
  const read = readers[dtype];
  const viewAt = isLazy(tensor) ? partsOf(tensor) : whole(tensor);
  const at = (index: number): number => {
    const { view, start } = viewAt(index * size);
    return read ? read(view, index * size - start) : Number.NaN;
  };
  return { count: sizeOf(shape), shape, at };
}

/** Finds the bytes at a place, and where they start. */
type ViewAt = (byte: number) => { readonly view: DataView; readonly start: number };

function whole({ bytes }: TensorData): ViewAt {
  const found = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start: 0 };
  return () => found;
}

function partsOf(tensor: TensorData & LazyTensor): ViewAt {
  let found: ReturnType<ViewAt> | undefined;
  let parts = 0;
  return (byte) => {
    const isKnown = found !== undefined && byte >= found.start && byte < found.start + found.view.byteLength;
    if (isKnown) return found!;
    if (parts === mostParts) {
      found = whole(tensor)(byte);
      return found;
    }
    parts += 1;
    const start = byte - (byte % partBytes);
    const { buffer, byteOffset, byteLength } = tensor.part(start, Math.min(start + partBytes, tensor.byteLength));
    found = { view: new DataView(buffer, byteOffset, byteLength), start };
    return found;
  };
}

const readers: Readonly<Partial<Record<DType, (view: DataView, at: number) => number>>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => fromHalf(view.getUint16(at, true)),
  bfloat16: (view, at) => fromBfloat(view.getUint16(at, true)),
};
