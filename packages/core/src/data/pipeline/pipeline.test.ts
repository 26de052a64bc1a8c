import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../../errors/forge-error.js';
import { RandomStream } from '../../random/random-stream.js';
import { csv } from '../../readers/csv/csv.js';
import { jsonLines } from '../../readers/lines/json-lines.js';
import { elements, type TensorData } from '../../tensor/tensor-data.js';
import { collect, failure, numbered } from '../collect.test.support.js';
import type { Example } from '../dataset.js';
import { fromGenerator } from './generator.js';
import { concat, interleave, zip } from './join.js';
import { Pipeline } from './pipeline.js';

interface Chain {
  readonly made: string;
  readonly dataset: Pipeline<Example>;
  /** Whether the elements may differ between epochs: `cache` and `split` refuse that. */
  readonly varies: boolean;
}

/** Rows 0 to length - 1 in files, with bad rows between them. */
function fileSources(length: number, folder: string): readonly Chain[] {
  const rows = Array.from({ length }, (_, x) => x);
  const [table, lines] = [join(folder, `${length}.csv`), join(folder, `${length}.jsonl`)];
  if (!existsSync(table)) {
    writeFileSync(table, `x\n${rows.map((x) => `${x}\nbad,row\n`).join('')}`);
    writeFileSync(lines, rows.map((x) => `{"x":${x}}\n{bad\n`).join(''));
  }
  return [false, true].flatMap((stream) => {
    const options = { stream, onBadRow: () => undefined };
    const dataset = csv(table, { ...options, types: { x: 'number' } }) as Pipeline<Example>;
    const how = stream ? ', stream' : '';
    return [
      { made: `csv(${length}${how})`, dataset, varies: false },
      { made: `jsonLines(${length}${how})`, dataset: jsonLines(lines, options) as Pipeline<Example>, varies: false },
    ];
  });
}

/** A random source with up to six random operators, and a description of the chain. */
function randomChain(random: RandomStream, folder: string): Chain {
  const length = random.below(25);
  const streamed = (known: boolean): Pipeline<Example> =>
    fromGenerator(
      async function* ({ epoch, random: own }): AsyncGenerator<Example> {
        for (let x = 0; x < length; x++) yield { x: epoch * 1000 + x, noise: own.uint32() };
      },
      known ? { length } : {},
    );
  const sources: readonly Chain[] = [
    { made: `arrays(${length})`, dataset: numbered(length), varies: false },
    { made: `lazy arrays(${length})`, dataset: Pipeline.lazy<Example>(async () => numbered(length)), varies: false },
    ...fileSources(length, folder),
    { made: `generator(${length})`, dataset: streamed(false), varies: false },
    { made: `generator(${length}, known)`, dataset: streamed(true), varies: false },
  ];
  let chain = sources[random.below(sources.length)]!;
  for (let left = random.below(7); left > 0; left--) {
    const { dataset, varies } = chain;
    const operators = operatorsOn(dataset, random, join(folder, `${random.uint32()}.cache`), left);
    const [made, next, differs = false] = operators[random.below(operators.length)]!;
    if (/^(cache|split)/.test(made) && varies) continue;
    chain = { made: `${chain.made}.${made}`, dataset: next(), varies: varies || differs };
  }
  return chain;
}

/** An operator: how it is written, the dataset it makes, and whether its epochs differ. */
type Operator = readonly [made: string, make: () => Pipeline<Example>, differs?: boolean];

function operatorsOn(
  dataset: Pipeline<Example>,
  random: RandomStream,
  file: string,
  left: number,
): readonly Operator[] {
  const n = 1 + random.below(6);
  const seed = random.below(3);
  const dropRemainder = random.below(3) > 0;
  const step = 1 + random.below(4);
  const [z, r] = [`z${left}`, `r${left}`];
  const endless = numbered(3)
    .repeat()
    .map(({ x }) => ({ [z]: x }));
  const weights = [1 + random.below(3), 1];
  const ragged = dataset.map((element, { index }) => ({
    ...element,
    [r]: new Int32Array(1 + (index % 4)).fill(index),
  }));
  const padding = { pad: { [r]: -1 }, mask: { [r]: `${r}mask` }, lengths: { [r]: `${r}length` }, multiple: n };
  const bucket = { boundaries: [1, 3], size: [n, 2, 1], length: r, pad: { [r]: 0 } };
  const notFourth = (_: Example, { index }: { readonly index: number }) => index % 4 !== n % 4;
  return [
    [`shuffle(${seed}, ${n})`, () => dataset.shuffle(seed, { buffer: n }), true],
    [`batch(${n})`, () => dataset.batch(n, { dropRemainder })],
    [`take(${n * 4})`, () => dataset.take(n * 4)],
    [`repeat(${n})`, () => dataset.repeat(n), true],
    [`repeat().take(${n * 10})`, () => dataset.repeat().take(n * 10), true],
    [`prefetch(${n})`, () => dataset.prefetch(n)],
    ['map(sync)', () => dataset.map((element, context) => ({ ...element, ...tags(context) }), { seed }), true],
    [
      `map(async, ${n})`,
      () => dataset.map(async (element, context) => ({ ...element, ...tags(context) }), { seed, concurrency: n }),
      true,
    ],
    [`filter(${n})`, () => dataset.filter(notFourth)],
    [`filter(async ${n})`, () => dataset.filter(async (...args) => notFourth(...args), { concurrency: n })],
    [`filter(${n}, stream)`, () => dataset.filter(notFourth, { stream: true })],
    [`shard(${n % step}, ${step})`, () => dataset.shard(n % step, step)],
    // It repeats, and is not split therefore.
    ['zip(endless)', () => zip(dataset, endless) as Pipeline<Example>, true],
    [`zip(named, ${n})`, () => zip({ a: dataset, b: endless }).map(({ a, b }) => ({ ...a, ...b })), true],
    [`concat(take(${n}))`, () => concat(dataset, dataset.take(n))],
    [`interleave(take(${n}))`, () => interleave([dataset, dataset.take(n)])],
    [`interleave(take(${n}), ${weights})`, () => interleave([dataset, dataset.take(n)], { weights, seed }), true],
    [`split(${n / 10}).train`, () => dataset.split({ valid: n / 10, seed }).train],
    ['cache()', () => dataset.cache()],
    ['cache(file)', () => dataset.cache({ file, key: 'chain' })],
    [`window(${n}, ${step})`, () => dataset.window(n, { step, dropRemainder })],
    [`padBatch(${n})`, () => ragged.padBatch(n, { ...padding, dropRemainder })],
    [`bucketByLength(${n})`, () => ragged.bucketByLength({ ...bucket, dropRemainder })],
  ];
}

function tags({ epoch, index, random }: { epoch: number; index: number; random: RandomStream }) {
  return { tag: Float64Array.of(epoch, index, random.uint32()) };
}

/** An element as text, to compare and print. */
function plain(element: Example): string {
  const entries = Object.entries(element).map(([name, value]) => {
    if (typeof value === 'number') return [name, value];
    if (ArrayBuffer.isView(value)) return [name, [...value].map(Number)];
    const { shape } = value as TensorData;
    return [name, shape, Array.from(elements(value as TensorData), Number)];
  });
  return JSON.stringify(entries);
}

/** A partial batch cannot be stacked with full ones: the only error that a chain may throw. */
function unevenBatches(error: unknown): undefined {
  if (!/ of the same batch\.$/.test(messageOf(error))) throw error;
}

describe('Pipeline', () => {
  it('resumes any chain of all operators from any position as if it had never stopped', async function () {
    this.timeout(30_000);
    const folder = await mkdtemp(join(tmpdir(), 'forge-chains-'));
    const random = RandomStream.of(20_240_501, 'chains');
    let compared = 0;
    const used = new Set<string>();
    for (let round = 0; round < 1500; round++) {
      const { made, dataset } = randomChain(random, folder);
      await dataset.open().catch(unevenBatches);
      const epoch = random.below(4);
      const read = await collect(dataset, epoch, 0, 100).catch(unevenBatches);
      if (read === undefined) continue;
      compared++;
      for (const [, name] of made.matchAll(/\.([a-z]\w*)/gi)) used.add(name!);
      const straight = read.map(plain);
      if (dataset.length !== undefined && straight.length < 100) {
        expect(dataset.length, `length of ${made}`).to.equal(straight.length);
      }
      const skip = random.below(straight.length + 3);
      const resumed = (await collect(dataset, epoch, skip, Math.max(0, 100 - skip))).map(plain);
      expect(resumed, `${made}, epoch ${epoch} from ${skip}`).to.deep.equal(straight.slice(skip));
    }
    await rm(folder, { recursive: true });
    expect(compared).to.be.above(1000);
    expect([...used].sort()).to.deep.equal(
      ['batch', 'bucketByLength', 'cache', 'concat', 'filter', 'interleave', 'map', 'padBatch', 'prefetch'].concat([
        'repeat',
        'shard',
        'shuffle',
        'split',
        'take',
        'train',
        'window',
        'zip',
      ]),
    );
  });

  it('provides an epoch for use in for await', async () => {
    const seen: number[] = [];
    for await (const { x } of numbered(4).epoch(0, 1)) seen.push(Number(elements(x)[0]));
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('adds the operators to any dataset, whose readers need neither return nor promises', async () => {
    const own = Pipeline.from({
      length: 4,
      read({ skip }) {
        let x = skip;
        return { next: () => (x < 4 ? { done: false, value: { x: x++ } } : { done: true, value: undefined }) };
      },
    });
    expect(Pipeline.from(own)).to.equal(own);
    expect(await collect(own.take(3), 0, 1)).to.deep.equal([{ x: 1 }, { x: 2 }]);
    expect((await collect(own.shuffle(1).batch(3).prefetch(2)))[1]?.x.shape).to.deep.equal([1]);
  });

  it('refuses an invalid position', async () => {
    for (const position of [
      { epoch: -1, skip: 0 },
      { epoch: 0, skip: 0.5 },
      { epoch: Number.NaN, skip: 0 },
    ]) {
      expect((await failure(() => numbered(3).read(position))).code).to.equal('DATA_INVALID');
    }
  });
});
