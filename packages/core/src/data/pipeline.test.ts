import { expect } from 'chai';
import { messageOf } from '../errors/forge-error.js';
import { RandomStream } from '../random/random-stream.js';
import { elements, type TensorData } from '../tensor/tensor-data.js';
import { collect, failure, numbered } from './collect.test.support.js';
import type { Example } from './dataset.js';
import { fromGenerator } from './generator.js';
import { Pipeline } from './pipeline.js';

type Chain = { readonly made: string; readonly dataset: Pipeline<Example> };

/** A random source with up to five random operators, and a description of the chain. */
function randomChain(random: RandomStream): Chain {
  const length = random.below(25);
  const streamed = (known: boolean): Pipeline<Example> =>
    fromGenerator(
      async function* ({ epoch, random: own }): AsyncGenerator<Example> {
        for (let x = 0; x < length; x++) yield { x: epoch * 1000 + x, noise: own.uint32() };
      },
      known ? { length } : {},
    );
  const sources: readonly Chain[] = [
    { made: `arrays(${length})`, dataset: numbered(length) },
    { made: `arrays(${length})`, dataset: numbered(length) },
    { made: `generator(${length})`, dataset: streamed(false) },
    { made: `generator(${length}, known)`, dataset: streamed(true) },
  ];
  let chain = sources[random.below(sources.length)]!;
  for (let operators = random.below(6); operators > 0; operators--) chain = randomOperator(chain, random);
  return chain;
}

function randomOperator({ made, dataset }: Chain, random: RandomStream): Chain {
  const n = 1 + random.below(6);
  const seed = random.below(3);
  switch (random.below(8)) {
    case 0:
      return { made: `${made}.shuffle(${seed}, ${n})`, dataset: dataset.shuffle(seed, { buffer: n }) };
    case 1:
      return { made: `${made}.batch(${n})`, dataset: dataset.batch(n, { dropRemainder: random.below(3) > 0 }) };
    case 2:
      return { made: `${made}.take(${n * 4})`, dataset: dataset.take(n * 4) };
    case 3:
      return { made: `${made}.repeat(${n})`, dataset: dataset.repeat(n) };
    case 4:
      return { made: `${made}.repeat().take(${n * 10})`, dataset: dataset.repeat().take(n * 10) };
    case 5:
      return { made: `${made}.prefetch(${n})`, dataset: dataset.prefetch(n) };
    case 6:
      return {
        made: `${made}.map(sync)`,
        dataset: dataset.map((element, context) => ({ ...element, ...tags(context) }), { seed }),
      };
    default:
      return {
        made: `${made}.map(async)`,
        dataset: dataset.map(async (element, context) => ({ ...element, ...tags(context) }), { seed }),
      };
  }
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
  it('resumes any chain from any position as if it had never stopped', async () => {
    const random = RandomStream.of(20_240_501, 'chains');
    let compared = 0;
    for (let round = 0; round < 400; round++) {
      const { made, dataset } = randomChain(random);
      const epoch = random.below(4);
      const read = await collect(dataset, epoch, 0, 100).catch(unevenBatches);
      if (read === undefined) continue;
      compared++;
      const straight = read.map(plain);
      if (dataset.length !== undefined && straight.length < 100) {
        expect(dataset.length, `length of ${made}`).to.equal(straight.length);
      }
      const skip = random.below(straight.length + 3);
      const resumed = (await collect(dataset, epoch, skip, Math.max(0, 100 - skip))).map(plain);
      expect(resumed, `${made}, epoch ${epoch} from ${skip}`).to.deep.equal(straight.slice(skip));
    }
    expect(compared).to.be.above(300);
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
