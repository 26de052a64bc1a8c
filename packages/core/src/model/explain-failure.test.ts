import { expect } from 'chai';
import { ForgeError, isForgeError } from '../errors/forge-error.js';
import { explainFailure } from './explain-failure.js';

const batch = { x: [1, 2], y: [3] };

async function failure(run: (batch: Readonly<Record<string, unknown>>) => unknown): Promise<string> {
  try {
    await explainFailure(batch as Readonly<Record<string, unknown>>, () => 'float32[2]', run);
  } catch (error) {
    return isForgeError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return 'none';
}
const given = 'has x: float32[2], y: float32[2]';
const fail = (message: string) => {
  throw new Error(message);
};

describe('explainFailure', () => {
  it('returns the result of the code, or its promise', async () => {
    expect(explainFailure(batch, String, ({ x }) => x)).to.equal(batch.x);
    expect(await explainFailure(batch, String, async ({ y }) => y)).to.equal(batch.y);
    expect(await explainFailure(batch, String, async (all) => all)).to.deep.equal(batch);
  });

  it('names the arrays of the batch, and the missing ones that the code read, also in a promise', async () => {
    const shapes = `MODEL_INVALID: The model failed on a batch that ${given}: shapes do not match.`;
    const labels = `MODEL_INVALID: The model reads labels, but the batch ${given}: shapes do not match.`;
    expect(await failure(() => fail('shapes do not match'))).to.equal(shapes);
    expect(await failure(async () => fail('shapes do not match'))).to.equal(shapes);
    expect(await failure(({ labels }) => fail(`shapes do not match${labels ?? ''}`))).to.equal(labels);
    const later = async (all: Readonly<Record<string, unknown>>) => {
      await new Promise(setImmediate);
      fail(`shapes do not match${all.labels ?? ''}`);
    };
    expect(await failure(later)).to.equal(labels);
  });

  it('explains the rejection of a thenable, and names the missing arrays that it read', async () => {
    const thenable = (all: Readonly<Record<string, unknown>>): PromiseLike<never> => {
      const promise = Promise.resolve().then(() => fail(`no labels${all.labels ?? ''}`));
      // biome-ignore lint/suspicious/noThenProperty: what promises of other libraries look like
      return { then: (...both) => promise.then(...both) };
    };
    expect(await failure(thenable)).to.equal(
      `MODEL_INVALID: The model reads labels, but the batch ${given}: no labels.`,
    );
  });

  it('mentions a copy of the batch, whose reads it cannot observe', async () => {
    type All = Readonly<Record<string, unknown>>;
    const shapeOf = (value: unknown) => (value as { shape: number[] }).shape;
    const copying: readonly ((all: All) => unknown)[] = [
      (all) => shapeOf({ ...all }.labels),
      ({ x: _, ...rest }) => shapeOf(rest.labels),
      async (all) => shapeOf(Object.assign({}, all).labels),
    ];
    const hintOf = async (run: (all: All) => unknown) => {
      const error = await Promise.resolve()
        .then(() => explainFailure(batch as All, () => 'float32[2]', run))
        .catch((thrown: unknown) => thrown);
      if (!isForgeError(error)) throw error;
      expect(error.message).to.include(`that ${given}: Cannot read properties of undefined`);
      return error.hint;
    };
    for (const run of copying) expect(await hintOf(run)).to.include('The code copies the batch');
    expect(await hintOf(() => shapeOf(undefined))).to.include('Adapt the model to');
  });

  it('does not change a ForgeError', async () => {
    expect(await failure(() => Promise.reject(new ForgeError('DATA_INVALID', 'known')))).to.equal(
      'DATA_INVALID: known',
    );
  });

  for (const thrown of [
    Object.assign(new Error('unreachable'), { name: 'RuntimeError' }),
    new RangeError('Array buffer allocation failed'),
    new Error('CUDA error 700: an illegal memory access was encountered'),
    new Error('Failed to allocate memory for requested buffer of size 4294967296'),
    new Error('OOM when allocating tensor'),
    new Error('The GPU device was lost'),
    new Error('std::bad_alloc'),
    Object.assign(new Error('spawn ENOMEM'), { errno: -12, syscall: 'spawn' }),
  ]) {
    it(`reports a failure of the engine, not of the model: ${thrown.message}`, async () => {
      expect(await failure(() => Promise.reject(thrown))).to.equal(
        `ENGINE_UNUSABLE: The engine failed on a batch that ${given}: ${thrown.message}.`,
      );
    });
  }

  it('reports a failure of the model, not of the engine', async () => {
    for (const message of [
      'Incompatible shapes: [2,3] vs. [4]',
      "Cannot read properties of undefined (reading 'shape')",
      'room is a bad name',
    ]) {
      expect(await failure(() => fail(message))).to.match(/^MODEL_INVALID/);
    }
  });
});
