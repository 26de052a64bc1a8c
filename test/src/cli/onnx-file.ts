/** Encodes ONNX models that no exporter writes, by the field numbers of onnx.proto. */

type Field = readonly [number: number, value: number | bigint | string | Uint8Array];

const [float, int64, bool] = [1, 7, 9];

function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint')
        return Buffer.concat([varint(number << 3), varint(value)]);
      const bytes = Buffer.from(value as Uint8Array);
      return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt(value);
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return Buffer.from([...bytes, Number(left)]);
}

const valueInfo = (name: string, type: number, dims: readonly (number | string)[]): Uint8Array => {
  const shape = message(...dims.map((dim): Field => [1, message([typeof dim === 'string' ? 2 : 1, dim])]));
  return message([1, name], [2, message([1, message([1, type], [2, shape])])]);
};

const node = (op: string, inputs: readonly string[], outputs: readonly string[], ...more: Field[]): Uint8Array =>
  message(...inputs.map((name): Field => [1, name]), ...outputs.map((name): Field => [2, name]), [4, op], ...more);

const rows = ['batch', 4] as const;

function modelOf(...graph: readonly Field[]): Uint8Array {
  const io: Field[] = [
    [11, valueInfo('x', float, rows)],
    [12, valueInfo('outputs', float, rows)],
  ];
  return message([1, 8], [7, message([2, 'g'], ...graph, ...io)], [8, message([1, ''], [2, 17])]);
}

/** outputs = x, after a loop. @param iterations default: the loop never ends */
export function loopingModel(iterations?: bigint): Uint8Array {
  const body = message(
    [1, node('Identity', ['go_on'], ['again'])],
    [1, node('Sin', ['before'], ['after'])],
    [2, 'body'],
    [11, valueInfo('iteration', int64, [])],
    [11, valueInfo('go_on', bool, [])],
    [11, valueInfo('before', float, rows)],
    [12, valueInfo('again', bool, [])],
    [12, valueInfo('after', float, rows)],
  );
  const trips = Buffer.alloc(8);
  trips.writeBigInt64LE(iterations ?? 0n);
  const loop = node(
    'Loop',
    [iterations === undefined ? '' : 'trips', 'go', 'x'],
    ['outputs'],
    [5, message([1, 'body'], [6, body], [20, 5])],
  );
  return modelOf(
    [1, loop],
    [5, message([2, bool], [8, 'go'], [9, Uint8Array.of(1)])],
    [5, message([2, int64], [8, 'trips'], [9, trips])],
  );
}

/** outputs = x + weight, which is in another file. */
export function modelWithDataIn(location: string): Uint8Array {
  const entry = message([1, 'location'], [2, location]);
  return modelOf(
    [1, node('Add', ['x', 'weight'], ['outputs'])],
    [5, message([1, 4], [2, float], [8, 'weight'], [13, entry], [14, 1])],
  );
}
