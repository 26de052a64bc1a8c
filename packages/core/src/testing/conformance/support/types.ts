import { isForgeError } from '../../../errors/forge-error.js';
import { type Batch, type DType, type TensorData, tensor } from '../../../tensor/tensor-data.js';
import { answersOf, close } from './numbers-of.js';
import type { Subject } from './subject.js';

const values = Array.from({ length: 32 }, (_, at) => (at * 7) % 4);
/** 0, 1, 2 and 3 as 16-bit patterns. */
const halves: Partial<Record<DType, readonly number[]>> = {
  float16: [0, 0x3c00, 0x4000, 0x4200],
  bfloat16: [0, 0x3f80, 0x4000, 0x4040],
};

const ofType: Partial<Record<DType, (numbers: readonly number[]) => TensorData['bytes']>> = {
  float64: (numbers) => bytesOf(Float64Array.from(numbers)),
  float16: (numbers) => bytesOf(Uint16Array.from(numbers, (value) => halves.float16![value]!)),
  bfloat16: (numbers) => bytesOf(Uint16Array.from(numbers, (value) => halves.bfloat16![value]!)),
  int64: (numbers) => bytesOf(BigInt64Array.from(numbers, BigInt)),
  int32: (numbers) => bytesOf(Int32Array.from(numbers)),
  int16: (numbers) => bytesOf(Int16Array.from(numbers)),
  int8: (numbers) => bytesOf(Int8Array.from(numbers)),
  uint64: (numbers) => bytesOf(BigUint64Array.from(numbers, BigInt)),
  uint32: (numbers) => bytesOf(Uint32Array.from(numbers)),
  uint16: (numbers) => bytesOf(Uint16Array.from(numbers)),
  uint8: (numbers) => bytesOf(Uint8Array.from(numbers)),
};

/** A batch of another type than the model was built with is read by value, not by bytes. */
export function describeTypes({ open, test }: Subject): void {
  for (const [dtype, encode] of Object.entries(ofType) as [DType, (typeof ofType)[DType] & {}][]) {
    test(`x or y as ${dtype} means the same values as float32, or is refused by name`, async () => {
      const session = await open();
      const [x, y] = [
        tensor(Float32Array.from(values), [8, 4]),
        tensor(Float32Array.from(values.slice(0, 16)), [8, 2]),
      ];
      const other = (value: TensorData, numbers: readonly number[]): TensorData => {
        return { dtype, shape: value.shape, bytes: encode(numbers) };
      };
      const expected = {
        outputs: answersOf(await session.predict({ x }), 8),
        loss: (await session.evaluate({ x, y })).loss!,
      };
      await equalsOrRefuses('x', async () => {
        close(
          answersOf(await session.predict({ x: other(x, values) }), 8),
          expected.outputs,
          `predicted from ${dtype}`,
        );
      });
      const batches: Record<string, Batch> = {
        x: { x: other(x, values), y },
        y: { x, y: other(y, values.slice(0, 16)) },
      };
      for (const [name, batch] of Object.entries(batches)) {
        await equalsOrRefuses(name, async () => {
          close([(await session.evaluate(batch)).loss!], [expected.loss], `the loss with ${name} as ${dtype}`);
        });
      }
      close([(await session.evaluate({ x, y })).loss!], [expected.loss], 'the loss afterwards');
    });
  }
}

async function equalsOrRefuses(name: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isForgeError(error) || !error.message.includes(name)) throw error;
  }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
