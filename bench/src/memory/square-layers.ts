import { closeSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { RandomStream } from '@forge-ml/core/plugin';
import {
  encode,
  graphProto,
  modelProto,
  nodeProto,
  operatorSetIdProto,
  stringStringEntryProto,
  type TensorProto,
  tensorProto,
  tensorShapeProto,
  tensorTypeProto,
  typeProto,
  valueInfoProto,
} from '@forge-ml/onnx/proto';

export interface SquareLayers {
  readonly layers: number;
  /** Numbers of a row and of a column of each weight. */
  readonly width: number;
  /** Whether the weights are in a second file, FILE.data. */
  readonly external: boolean;
}

/** Writes `y = relu(… relu(x · W0) · W1 …)` of random float32 weights, without having them in memory. */
export function writeSquareLayers(path: string, { layers, width, external }: SquareLayers): void {
  const matrix = randomMatrix(width);
  const names = Array.from({ length: layers }, (_, at) => `layers.${at}.weight`);
  const node = names.flatMap((name, at) => [
    nodeProto.of({ opType: 'MatMul', input: [at === 0 ? 'x' : `h${at - 1}`, name], output: [`p${at}`] }),
    nodeProto.of({ opType: 'Relu', input: [`p${at}`], output: [at === layers - 1 ? 'y' : `h${at}`] }),
  ]);
  const dims = [BigInt(width), BigInt(width)];
  const graph = { name: 'square layers', node, input: [activations('x', width)], output: [activations('y', width)] };
  const tensors = names.map((name, at): TensorProto => {
    if (!external) return tensorProto.of({ name, dims, dataType: 1 });
    const place = { location: `${basename(path)}.data`, offset: at * matrix.length, length: matrix.length };
    const externalData = Object.entries(place).map(([key, value]) =>
      stringStringEntryProto.of({ key, value: `${value}` }),
    );
    return tensorProto.of({ name, dims, dataType: 1, externalData, dataLocation: 1 });
  });
  const model = modelProto.of({ irVersion: 10n, opsetImport: [operatorSetIdProto.of({ version: 21n })] });
  const file = openSync(path, 'w');
  if (external) {
    writeAll(file, encode(modelProto, { ...model, graph: graphProto.of({ ...graph, initializer: tensors }) }));
    const data = openSync(`${path}.data`, 'w');
    for (const _ of tensors) writeAll(data, matrix);
    closeSync(data);
  } else {
    const head = encode(graphProto, graphProto.of(graph));
    const starts = tensors.map((tensor) => {
      const fields = Buffer.concat([encode(tensorProto, tensor), key(9, matrix.length)]);
      return Buffer.concat([key(5, fields.length + matrix.length), fields]);
    });
    const size = starts.reduce((sum, { length }) => sum + length + matrix.length, head.length);
    writeAll(file, Buffer.concat([encode(modelProto, model), key(7, size), head]));
    for (const start of starts) {
      writeAll(file, start);
      writeAll(file, matrix);
    }
  }
  closeSync(file);
}

/** Uniform, so that the activations of a layer are as large as those of the one before. */
function randomMatrix(width: number): Uint8Array {
  const random = RandomStream.of(0, 'weights');
  const bound = Math.sqrt(6 / width);
  const row = Float32Array.from({ length: 2 * width }, () => (2 * random.float() - 1) * bound);
  const matrix = new Float32Array(width * width);
  for (let at = 0; at < width; at++) matrix.set(row.subarray((at * 97) % width).subarray(0, width), at * width);
  return new Uint8Array(matrix.buffer);
}

function activations(name: string, width: number) {
  const dim = [
    { dimValue: undefined, dimParam: 'batch' },
    { dimValue: BigInt(width), dimParam: '' },
  ];
  const tensorType = tensorTypeProto.of({ elemType: 1, shape: tensorShapeProto.of({ dim }) });
  return valueInfoProto.of({ name, type: typeProto.of({ tensorType }) });
}

/** The start of a field of bytes: https://protobuf.dev/programming-guides/encoding/ */
function key(tag: number, length: number): Uint8Array {
  const bytes = [(tag << 3) | 2];
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 30));
}
