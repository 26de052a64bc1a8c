import { ok } from 'node:assert/strict';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import { bytesPerElement, type NamedTensors, sizeOf, type TensorData, tensor } from '../../tensor/tensor-data.js';
import { conformanceBatch } from './support/batches.js';
import { listedOptimizers } from './support/options.js';
import { captured, sameState, sameTensor } from './support/states.js';
import { failsNaming, type Subject, train } from './support/subject.js';

type Part = keyof SessionState;

/** A state that does not fit is refused with the tensor's name, and changes nothing. */
export function describeRestoring(subject: Subject): void {
  const { open, test } = subject;
  for (const part of ['parameters', 'optimizer'] as const) {
    const faults: Record<string, (tensors: NamedTensors, last: string) => { tensors: NamedTensors; named: string }> = {
      'without a tensor': (tensors, last) => ({ tensors: without(tensors, last), named: last }),
      'with an extra tensor': (tensors, last) => ({
        tensors: new Map([...tensors, ['no-such-tensor', tensors.get(last)!]]),
        named: 'no-such-tensor',
      }),
      'with a tensor of another type of the same size': (tensors, last) => ({
        tensors: new Map([...tensors, [last, retyped(tensors.get(last)!)]]),
        named: last,
      }),
      'with a tensor of a wider or narrower type': (tensors, last) => ({
        tensors: new Map([...tensors, [last, resized(tensors.get(last)!)]]),
        named: last,
      }),
      'with a tensor of another shape of the same size': (tensors, last) => ({
        tensors: new Map([...tensors, [last, { ...tensors.get(last)!, shape: [1, ...tensors.get(last)!.shape] }]]),
        named: last,
      }),
      'with a tensor of another shape': (tensors, last) => ({
        tensors: new Map([...tensors, [last, widened(tensors.get(last)!)]]),
        named: last,
      }),
    };
    for (const [title, change] of Object.entries(faults)) {
      test(`a state ${title} in ${part} is STATE_MISMATCH, and nothing is assigned`, async (skip) => {
        const session = part === 'optimizer' ? await openWithSlots(subject) : await open();
        if (session === undefined) return skip('none of the optimizers has slots');
        await train(session, 0, 2);
        const other = await captured(session);
        await train(session, 2, 4);
        const before = await captured(session);
        const { tensors, named } = change(
          other[part],
          lastOf(
            session.parameters.map(({ name }) => name),
            other,
            part,
          ),
        );
        await failsNaming(() => session.restore({ ...other, [part]: tensors }), 'STATE_MISMATCH', named);
        sameState(await captured(session), before, 'after a state was refused');
      });
    }
  }

  test('a state is complete: restored into a model of another seed, it predicts the same', async () => {
    const session = await open({ seed: 3 });
    await train(session, 0, 4);
    const saved = await captured(session);
    const expected = await session.predict(conformanceBatch(2));
    const other = await open({ seed: 4 });
    await other.restore({ parameters: saved.parameters, optimizer: new Map() });
    const outputs = await other.predict(conformanceBatch(2));
    for (const name in expected) sameTensor(outputs[name]!, expected[name]!, `the output ${name}`);
  });

  test('an empty optimizer map restores the parameters and keeps the slots', async (skip) => {
    const session = await openWithSlots(subject);
    if (session === undefined) return skip('none of the optimizers has slots');
    await train(session, 0, 2);
    const saved = await captured(session);
    await train(session, 2, 4);
    const { optimizer } = await captured(session);
    await session.restore({ parameters: saved.parameters, optimizer: new Map() });
    sameState(await captured(session), { parameters: saved.parameters, optimizer }, 'loaded for inference');
  });
}

/** The last tensor that a backend would check, to find backends that assign while they check. */
function lastOf(parameters: readonly string[], state: SessionState, part: Part): string {
  const name = part === 'parameters' ? parameters.at(-1) : [...state.optimizer.keys()][0];
  ok(name !== undefined, `there are no ${part}`);
  return name;
}

function without(tensors: NamedTensors, name: string): NamedTensors {
  return new Map([...tensors].filter(([other]) => other !== name));
}

/** Twice the elements along a new first dimension. */
function widened({ dtype, shape, bytes }: TensorData): TensorData {
  return { dtype, shape: [2, ...shape], bytes: new Uint8Array([...bytes, ...bytes]) };
}

/** The same bytes as another type. */
function retyped(value: TensorData): TensorData {
  const size = bytesPerElement[value.dtype];
  const dtype = ({ 8: 'int64', 4: 'int32', 2: 'int16', 1: 'int8' } as const)[size];
  return {
    ...value,
    dtype: dtype === value.dtype ? ({ 8: 'float64', 4: 'float32', 2: 'float16', 1: 'bool' } as const)[size] : dtype,
  };
}

/** The same number of elements as float64, or as float32 if they are float64. */
function resized({ dtype, shape }: TensorData): TensorData {
  const size = sizeOf(shape);
  return tensor(dtype === 'float64' ? new Float32Array(size) : new Float64Array(size), shape);
}

/** Opens a session with the first optimizer that has slots; undefined if there is none. */
async function openWithSlots({ open, dispose, options }: Subject): Promise<TrainSession | undefined> {
  for (const optimizer of listedOptimizers(options)) {
    const session = await open({ optimizer });
    if ((await captured(session)).optimizer.size > 0) return session;
    await dispose(session);
  }
  return undefined;
}
