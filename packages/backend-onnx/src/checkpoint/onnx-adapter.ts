import { writeFile } from 'node:fs/promises';
import type { Exporter, TensorData } from '@forge-ml/core/plugin';
import { codeOfDtype } from '@forge-ml/onnx/proto';
import { adapterTensors, trainedAdapters } from './peft.js';

export const onnxAdapterExporter: Exporter = {
  description:
    'The adapters alone, for ONNX Runtime: give the file to a run of the model exported with --format onnx --no-merge.',
  async export({ checkpointFolder, out }) {
    const { state, adapters } = await trainedAdapters(checkpointFolder);
    const tensors = new Map(adapters.flatMap((one) => [...adapterTensors(one, state)]));
    await writeFile(out, adapterBytes(tensors), { flag: 'wx' });
  },
};

const formatVersion = 1;
/** A vtable: its size, that of its table, and where the table has its four fields, each of 4 bytes. */
const vtable = [12, 20, 4, 8, 12, 16];

/**
 * The bytes of an .onnx_adapter file: a FlatBuffer of ONNX Runtime's schema (onnxruntime/lora/adapter_format):
 * Adapter { format_version, adapter_version, model_version: int32; parameters: [Parameter] } and
 * Parameter { name: string; dims: [int64]; data_type: int32; raw_data: [uint8] }.
 */
export function adapterBytes(tensors: ReadonlyMap<string, TensorData>): Uint8Array {
  const buffer = Buffer.alloc(mostBytes(tensors));
  let end = 8;
  /** Sets the offset at a place to what is written next. */
  const point = (at: number) => void buffer.writeUInt32LE(end - at, at);
  /** Moves on until what follows `before` bytes is at a multiple of `size`. */
  const align = (size: number, before = 0) => {
    while ((end + before) % size !== 0) end++;
  };
  /** @returns where the fields of the table are */
  const table = (from: number): readonly number[] => {
    align(4);
    for (const [at, value] of vtable.entries()) buffer.writeUInt16LE(value, end + 2 * at);
    end += vtable[0]!;
    point(from);
    const start = end;
    buffer.writeInt32LE(vtable[0]!, start);
    end += vtable[1]!;
    return vtable.slice(2).map((offset) => start + offset);
  };
  const vector = (from: number, length: number, bytes: Uint8Array) => {
    align(8, 4);
    point(from);
    buffer.writeUInt32LE(length, end);
    buffer.set(bytes, end + 4);
    end += 4 + bytes.length;
  };

  buffer.write('TORT', 4);
  const [format, adapter, model, parameters] = table(0) as [number, number, number, number];
  for (const version of [format, adapter, model]) buffer.writeInt32LE(formatVersion, version);
  point(parameters);
  buffer.writeUInt32LE(tensors.size, end);
  const first = end + 4;
  end = first + 4 * tensors.size;
  for (const [at, [name, { dtype, shape, bytes }]] of [...tensors].entries()) {
    const [text, dims, type, data] = table(first + 4 * at) as [number, number, number, number];
    buffer.writeInt32LE(codeOfDtype(dtype), type);
    vector(text, Buffer.byteLength(name), Buffer.from(`${name}\0`));
    vector(dims, shape.length, new Uint8Array(BigInt64Array.from(shape, BigInt).buffer));
    vector(data, bytes.length, bytes);
  }
  return buffer.subarray(0, end);
}

/** With room to align each vector. */
function mostBytes(tensors: ReadonlyMap<string, TensorData>): number {
  const sizes = Array.from(tensors, ([name, { shape, bytes }]) => {
    return 96 + Buffer.byteLength(name) + 8 * shape.length + bytes.length;
  });
  return sizes.reduce((sum, size) => sum + size, 64);
}
