import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { ForgeError } from '../../errors/forge-error.js';
import { RandomStream } from '../../random/random-stream.js';
import { tensor } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { collect, numbered } from '../collect.test.support.js';
import type { MapContext } from '../operators/map-context.js';
import { fromGenerator } from '../pipeline/generator.js';
import { inWorkers, type WorkerMap, type WorkerOptions } from './in-workers.js';

const decode = `
  import { setTimeout as wait } from 'node:timers/promises';
  import { threadId } from 'node:worker_threads';
  import { ForgeError, tensor } from '@forge-ml/core';
  import { double } from './double.ts';

  interface Context { readonly epoch: number; readonly index: number; readonly random: { uint32(): number; normal(): number } }
  const constant = Float32Array.of(1, 2, 3);

  export async function slow({ x }, { epoch, index, random }: Context) {
    // The later ones are faster.
    await wait(index % 5 === 0 ? 20 : 0);
    const value = double(new DataView(x.bytes.buffer, x.bytes.byteOffset).getInt32(0, true));
    return { value, epoch, index, drawn: [random.uint32(), random.normal()], constant, shape: x.shape };
  }
  export const threads = async () => { await wait(5); return threadId; };
  export const same = (element: unknown) => element;
  export const fails = (_: unknown, { index }: Context) => {
    if (index < 3) return index;
    if (index === 3) throw new TypeError('bad image', { cause: new RangeError('bad size') });
    throw new ForgeError('DATA_UNAVAILABLE', 'No such image.', { about: 'cat.png', hint: 'Restore it.' });
  };
  export const throws = () => { throw 'a string'; };
  export const exits = () => { process.exit(7); };
  export const later = async () => { setTimeout(() => { throw new Error('in a timer'); }, 1); await wait(10_000); };
  export const fills = () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };
  export const instance = () => ({ image: new (class Picture {})() });
  export const closure = () => ({ images: [() => 1] });
  export const noisy = (_: unknown, { random }: Context) => ({ x: random.normal() });
  export const late = async (_: unknown, context: Context) => { await wait(1); return { x: context.epoch }; };
  export const text = 'text';
  export default (element: number) => element + 1;
`;

describe('inWorkers', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  const maps: WorkerMap<never, unknown>[] = [];
  const moduleOf = (name = 'decode.ts') => pathToFileURL(join(folder(), name));
  const workers = (exported?: string, options: WorkerOptions = { workers: 2 }) => {
    const fn = inWorkers<(element: never, context: MapContext) => unknown>(moduleOf(), {
      ...options,
      ...(exported === undefined ? {} : { export: exported }),
    });
    maps.push(fn);
    return fn as unknown as WorkerMap<unknown, Record<string, unknown>>;
  };
  beforeEach(() =>
    writeFiles(folder(), {
      'package.json': '{}',
      'decode.ts': decode,
      'double.ts': 'export const double = (x: number): number => 2 * x;',
    }),
  );
  afterEach(async () => {
    for (const fn of maps.splice(0)) await fn.close();
  });

  it('gives the same results as a direct call, in order, with the same random numbers, and exact resume', async () => {
    const direct = ({ x }: { x: { bytes: Uint8Array; shape: readonly number[] } }, context: MapContext) => ({
      value: 2 * new DataView(x.bytes.buffer, x.bytes.byteOffset).getInt32(0, true),
      epoch: context.epoch,
      index: context.index,
      drawn: [context.random.uint32(), context.random.normal()],
      constant: Float32Array.of(1, 2, 3),
      shape: x.shape,
    });
    const source = numbered(40).shuffle(3);
    const expected = await collect(source.map(direct, { seed: 5 }).batch(7), 2);
    const inThreads = source.map(workers('slow'), { seed: 5 });
    expect(await collect(inThreads.prefetch(9), 2)).to.deep.equal(await collect(source.map(direct, { seed: 5 }), 2));
    expect(await collect(inThreads.prefetch(9), 2, 31)).to.have.length(9);
    const numbers = source
      .map(direct, { seed: 5 })
      .map(({ value, drawn }) => ({ value, drawn: Float64Array.from(drawn) }));
    const threads = inThreads.map((made) => ({
      value: made.value as number,
      drawn: Float64Array.from(made.drawn as number[]),
    }));
    expect(await collect(threads.batch(7).prefetch(2), 2, 3)).to.deep.equal(await collect(numbers.batch(7), 2, 3));
    expect(expected).to.have.length(6);
  });

  it('maps streams too', async () => {
    const stream = fromGenerator(function* () {
      for (let x = 0; x < 5; x++) yield x;
    });
    expect(await collect(stream.map(workers()), 0, 1)).to.deep.equal([2, 3, 4, 5]);
  });

  it('uses as many threads as it is given, over streams too', async () => {
    const seen = await collect(
      numbered(30)
        .map(workers('threads', { workers: 3 }))
        .prefetch(10),
    );
    expect(new Set(seen).size).to.equal(3);
    const one = fromGenerator(function* () {
      for (let x = 0; x < 5; x++) yield x;
    }).map(workers('threads', { workers: 3 }));
    expect(new Set(await collect(one)).size).to.be.greaterThan(1);
  });

  it('copies what it sends: views of a large array alone, and nothing of the owner is lost', async () => {
    const all = new Float32Array(3_000_000);
    const view = all.subarray(2, 4).fill(7);
    const element = {
      view,
      again: view,
      shared: new Uint8Array(new SharedArrayBuffer(2)),
      t: tensor(view),
      list: [null, 1n],
    };
    const made = (await workers('same')(element, context(0))) as unknown as typeof element;
    expect(made).to.deep.equal({ ...element, shared: new Uint8Array(2) });
    expect(made.view.buffer.byteLength).to.equal(8);
    expect(made.again).to.equal(made.view);
    expect([...view]).to.deep.equal([7, 7]);
  });

  it('reports an error at its element, with the stack and the cause of the thread', async () => {
    const failed = numbered(9).map(workers('fails'));
    for (const chain of [failed, failed.batch(8), failed.prefetch(4)]) {
      const error = await failureOf(() => collect<unknown>(chain, 1));
      expect(error.message).to.equal('The map function failed at element 3 of epoch 1: bad image');
      const cause = error.cause as TypeError;
      expect(cause.name).to.equal('TypeError');
      expect(cause.stack).to.match(/at fails \(.*decode\.ts:20:\d+\)/);
      expect(cause.cause).to.include({ name: 'RangeError', message: 'bad size' });
    }
    const forge = (await failureOf(() => collect(failed, 0, 4))) as unknown as ForgeError;
    expect(forge).to.include({
      code: 'DATA_UNAVAILABLE',
      message: 'No such image.',
      about: 'cat.png',
      hint: 'Restore it.',
    });
    const thrown = await failureOf(() => collect(numbered(1).map(workers('throws'))));
    expect(thrown.message).to.contain('failed at element 0 of epoch 0: a string');
  });

  for (const [exported, how] of [
    ['exits', 'it ended with status 7'],
    ['later', 'in a timer'],
  ] as const) {
    it(`reports a thread that dies (${exported}), and the next call starts another`, async () => {
      const fn = workers(exported);
      for (const _ of [1, 2]) {
        const error = await failureOf(() => collect(numbered(9).map(fn).batch(9)));
        expect([error.code, error.message]).to.deep.equal([
          'DATA_INVALID',
          `A worker thread of ${join(folder(), 'decode.ts')} has ended: ${how}.`,
        ]);
      }
    });
  }

  it('reports a thread that runs out of memory', async () => {
    const script = `import { fromArrays, inWorkers } from '@forge-ml/core';
      const fn = inWorkers(new URL(${JSON.stringify(moduleOf().href)}), { workers: 1, export: 'fills' });
      try { for await (const _ of fromArrays({ x: [1] }).map(fn).epoch(0)); } catch (error) { console.log(error.message, error.hint); }`;
    const { stdout } = await node(script, ['--max-old-space-size=64']);
    expect(stdout).to.contain('has ended: it ran out of memory. Use fewer workers');
  });

  it('names what cannot be sent', async () => {
    for (const [exported, what] of [
      ['instance', '"image" of the element is an instance of Picture'],
      ['closure', '"images.0" of the element is a function'],
    ]) {
      const error = await failureOf(() => collect(numbered(1).map(workers(exported))));
      expect(error.message).to.contain(`at element 0 of epoch 0: ${what}`);
    }
    const given = fromGenerator(function* () {
      yield new Map([['f', () => 1]]);
    });
    expect((await failureOf(() => collect(given.map(workers())))).message).to.contain('could not be cloned');
  });

  it('checks its arguments at the call, and the function when the dataset is opened', async () => {
    for (const [make, code, text] of [
      [() => inWorkers(moduleOf(), { worker: 2 } as never), 'OPTION_UNKNOWN', '"worker"'],
      [() => inWorkers(moduleOf(), { workers: 0 }), 'DATA_INVALID', 'not 0'],
      [() => inWorkers('./decode.ts' as never), 'USAGE', 'not a string'],
      [() => inWorkers(new URL('https://example.com/decode.ts')), 'USAGE', 'https://example.com/decode.ts'],
      [() => inWorkers(moduleOf('decod.ts')), 'CONFIG_NOT_FOUND', 'decod.ts'],
    ] as const) {
      const error = await failureOf(make);
      expect([error.code, error.message.includes(text)], error.message).to.deep.equal([code, true]);
    }
    await writeFiles(folder(), { 'broken.ts': 'export const x = ;' });
    for (const [fn, code, text] of [
      [workers('decode'), 'CONFIG_INVALID', 'decode.ts has no export "decode".'],
      [workers('text'), 'CONFIG_INVALID', 'has a export "text" that is a string, not a function'],
      [inWorkers(moduleOf('broken.ts')), 'CONFIG_FAILED', 'Syntax error in'],
    ] as const) {
      const dataset = numbered(3)
        .map(fn as WorkerMap<unknown, never>)
        .batch(2);
      for (const read of [() => dataset.open(), () => collect(dataset)]) {
        const error = await failureOf(read);
        expect([error.code, error.message.includes(text)], error.message).to.deep.equal([code, true]);
      }
    }
  });

  it('does not run code that was changed after the module was loaded', async () => {
    const fn = workers('slow', { workers: 1 });
    await fn.open();
    await writeFiles(folder(), { 'double.ts': 'export const double = (x: number): number => 3 * x;' });
    const error = await failureOf(() => collect(numbered(1).map(fn)));
    expect([error.code, error.message]).to.deep.equal([
      'CODE_ALTERED',
      `${join(folder(), 'decode.ts')}: ${join(folder(), 'double.ts')} was changed after this process had loaded it.`,
    ]);
  });

  it('knows whether the function uses the epoch or random numbers: without them its results can be cached', async () => {
    const cached = numbered(40).map(workers('same')).cache();
    const filtered = numbered(40)
      .map(workers('same'))
      .filter((_, { index }) => index > 4);
    await Promise.all([cached.open(), filtered.open()]);
    expect([cached.length, filtered.length]).to.deep.equal([40, 35]);
    for (const name of ['noisy', 'late']) {
      const { message } = await failureOf(() => numbered(40).map(workers(name)).cache().open());
      expect(message, name).to.equal('cache would keep the order and the random numbers of the first epoch.');
    }
  });

  it('works in a plain script, and does not keep the process alive', async () => {
    const script = `import { fromArrays, inWorkers } from '@forge-ml/core';
      const fn = inWorkers(new URL(${JSON.stringify(moduleOf().href)}), { workers: 2, export: 'threads' });
      let count = 0;
      for await (const _ of fromArrays({ x: [1, 2, 3, 4] }).map(fn).prefetch(3).epoch(0)) count++;
      console.log(count);`;
    expect((await node(script)).stdout).to.equal('4\n');
  });
});

function context(index: number): MapContext {
  return { epoch: 0, index, random: RandomStream.of(0, 'x') };
}

function node(script: string, flags: readonly string[] = []) {
  return promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', script], {
    cwd: new URL('../../..', import.meta.url),
    timeout: 50_000,
  });
}
