import type { Batch, DType, NamedTensors, SessionState, TensorData } from '@forge-ml/core/plugin';
import { eachOf, eachTensor, numbersOf } from '../change-tensors.js';
import { type Fault, ofSessions } from '../fault.js';

const listed = /lists every parameter with its captured type and shape/;
const sameType = /with a tensor of another type of the same size in \w+ is STATE_MISMATCH/;
const otherType = /with a tensor of a wider or narrower type in \w+ is STATE_MISMATCH/;

/** Reads the bytes as float32, whatever their dtype. */
function misread(value: TensorData): TensorData {
  const count = value.shape.reduce((size, dimension) => size * dimension, 1);
  const bytes = new Uint8Array(4 * count);
  bytes.set(value.bytes.subarray(0, bytes.length));
  return { dtype: 'float32', shape: value.shape, bytes };
}

const misreading = (names: readonly string[], dtype: string) => {
  const read = (batch: Batch): Batch =>
    Object.fromEntries(
      Object.entries(batch).map(([name, value]) => [
        name,
        value.dtype === dtype && names.includes(name) ? misread(value) : value,
      ]),
    );
  return (session: Parameters<NonNullable<Fault['session']>>[0]) => ({
    step: (batch: Batch, request: { step: number; metrics: boolean }) => session.step(read(batch), request),
    evaluate: (batch: Batch) => session.evaluate(read(batch)),
    predict: (batch: Batch) => session.predict(read(batch)),
  });
};

const relabelled = (own: NamedTensors, given: NamedTensors, convert: boolean): NamedTensors =>
  new Map(
    [...given].map(([name, value]) => {
      const mine = own.get(name);
      if (mine === undefined || mine.dtype === value.dtype) return [name, value];
      if (mine.bytes.length === value.bytes.length) return [name, convert ? value : { ...value, dtype: mine.dtype }];
      const array =
        mine.dtype === 'float64' ? Float64Array.from(numbersOf(value)) : Float32Array.from(numbersOf(value));
      return [name, convert ? { ...value, dtype: mine.dtype, bytes: new Uint8Array(array.buffer) } : value];
    }),
  );

const accepting = (name: string, accepts: readonly DType[]): Fault => {
  return { name, caughtBy: /accepts known types, each once/, engine: () => ({ accepts }) };
};

const restoring =
  (part: 'parameters' | 'optimizer', convert: boolean): Fault['session'] =>
  (session) => ({
    async restore(state) {
      const own = await session.capture();
      await session.restore({ ...state, [part]: relabelled(own[part], state[part], convert) });
    },
  });

/** Bytes read with the wrong dtype. */
export const types: Fault[] = [
  accepting('an engine accepts an unknown type', ['float32', 'f16' as DType]),
  accepting('an engine accepts nothing', []),
  accepting('an engine accepts a type twice', ['float32', 'int32', 'float32']),
  accepting('an engine accepts no floating numbers', ['int32', 'uint8']),
  ...ofSessions({
    ...Object.fromEntries(
      (['int32', 'int64', 'float64', 'uint8', 'int16', 'float16', 'bfloat16'] as const).map((dtype) => [
        `inputs of ${dtype} are read as float32`,
        [
          new RegExp(`x or y as ${dtype} means the same values`),
          misreading(['x'], dtype),
          `arrays of ${dtype}`,
        ] as const,
      ]),
    ),
    'targets of int32 are read as float32': [/x or y as int32 means the same values/, misreading(['y'], 'int32')],
    'targets of float64 are read as float32': [/x or y as float64 means the same values/, misreading(['y'], 'float64')],
    'parameters of another type are taken by their bytes': [sameType, restoring('parameters', false)!],
    'slots of another type are taken by their bytes': [sameType, restoring('optimizer', false)!],
    'parameters of another type are converted': [otherType, restoring('parameters', true)!],
    'slots of another type are converted': [otherType, restoring('optimizer', true)!],
    'a parameter is listed as another type than it is captured as': [
      listed,
      ({ parameters: [first, ...others] }) => ({ parameters: [{ ...first!, dtype: 'int32' }, ...others] }),
    ],
    'parameters are captured as another type once they are trained': [
      listed,
      (session) => {
        let stepped = false;
        const relabel = (state: SessionState) => ({
          ...state,
          parameters: eachTensor(state.parameters, (value) => (stepped ? { ...value, dtype: 'int32' } : value)),
        });
        return {
          step(batch, request) {
            stepped = true;
            return session.step(batch, request);
          },
          capture: async (memory) => relabel(await session.capture(memory)),
        };
      },
    ],
    'outputs are labelled with another type': [
      /a linear model predicts/,
      (session) => ({
        predict: async (batch) =>
          eachOf(await session.predict(batch), (value) => ({ ...value, dtype: 'int32' as const })),
      }),
    ],
  }),
];
