import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { MetricLineFormat } from '../log/metric-line.js';
import { readMetrics } from '../log/read-metrics.js';
import { type MetricValue, readMetricValues } from '../log/read-values.js';
import { CurveBuilder, type CurveSettings } from './curve-builder.js';
import { exponentialMean } from './exponential-mean.js';
import { LineBuckets, type Point } from './line-buckets.js';
import { StepsPerEpoch } from './steps-per-epoch.js';

const at = (step: number, value: number): MetricValue => ({
  step,
  epoch: Math.floor((step - 1) / 10),
  time: step,
  value,
});
const point = (x: number, y: number): Point => ({ x, y, step: x, epoch: 0, time: 0 });
const settings: CurveSettings = {
  axis: 'step',
  log: { x: false, y: false },
  smooth: 0,
  intervals: 50,
  origin: 0,
  resumed: [],
};
const lossOf = (values: readonly MetricValue[], change: Partial<CurveSettings> = {}, stepsPerEpoch?: number) => {
  const address = { split: 'train', name: 'loss', direction: undefined };
  const builder = new CurveBuilder(address, 'min', { ...settings, ...change });
  for (const value of values) builder.add(value);
  return builder.build(stepsPerEpoch);
};

describe('LineBuckets', () => {
  it('keeps a short line as it is', () => {
    const buckets = new LineBuckets(10);
    for (let x = 0; x < 20; x++) buckets.add(point(x, x % 3));
    expect(buckets.lines().map((line) => line.map(({ x }) => x))).to.deep.equal([
      Array.from({ length: 20 }, (_, x) => x),
    ]);
  });

  it('keeps the first, last, lowest and highest point of each interval of a long line', () => {
    const buckets = new LineBuckets(100);
    const value = (x: number) => (x === 31_337 ? 1e9 : x === 77_777 ? -1e9 : Math.sin(x));
    for (let x = 0; x < 100_000; x++) buckets.add(point(x, value(x)));
    const line = buckets.lines().flat();
    expect(line.length).to.be.within(100, 4 * 2 * 100 + 4);
    expect([line[0]!.x, line.at(-1)!.x]).to.deep.equal([0, 99_999]);
    expect(line.map(({ x }) => x)).to.include.members([31_337, 77_777]);
    expect(line.every(({ x }, index) => index === 0 || x > line[index - 1]!.x)).to.equal(true);
    for (const { x, y } of line) expect(y).to.equal(value(x));
  });

  it('holds few points of any line: unordered, at one place, with a gap after each point', () => {
    const random = fc.sample(fc.integer({ min: 0, max: 1e9 }), { numRuns: 5000, seed: 3 });
    for (const xs of [random, random.map(() => 7), random.map((_, index) => index)]) {
      const buckets = new LineBuckets(20);
      for (const x of xs) {
        buckets.add(point(x, x));
        buckets.breakLine();
      }
      expect(buckets.lines().flat().length).to.be.at.most(4 * 42);
    }
  });
});

describe('exponentialMean', () => {
  // The output of resmoothDataset in TensorBoard's line-chart.ts.
  for (const [weight, expected] of [
    [0.6, [1, 2.25, 1.2653061224489797, 1.2261029411764706]],
    [0.9, [1, 2.0526315789473686, 1.4132841328413286, 1.3454492585053797]],
  ] as const) {
    it(`smooths as TensorBoard does, with weight ${weight}`, () => {
      for (const [index, value] of [1, 3, 0.32, 1.18].map(exponentialMean(weight)).entries()) {
        expect(value).to.be.closeTo(expected[index]!, 1e-12);
      }
    });
  }

  it('skips values that are not finite', () => {
    const mean = exponentialMean(0.5);
    expect([2, Number.NaN, Number.POSITIVE_INFINITY, 2].map(mean)).to.deep.equal([
      2,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2,
    ]);
  });
});

describe('StepsPerEpoch', () => {
  it('finds the steps of an epoch from the records of one split', () => {
    for (const steps of [1, 5, 117, 1000]) {
      for (const every of [1, 3, steps]) {
        const found = new StepsPerEpoch();
        for (let step = every; step <= 40 * steps; step += every) found.add(step, Math.floor((step - 1) / steps));
        expect(found.value).to.be.within(steps - 1, steps);
        if (every !== 3) expect(found.value).to.equal(steps);
      }
    }
  });

  it('finds none in the first epoch, or if epochs differ', () => {
    const found = new StepsPerEpoch();
    found.add(9, 0);
    expect(found.value).to.equal(undefined);
    for (const [step, epoch] of [
      [10, 0],
      [11, 1],
      [12, 2],
    ] as const)
      found.add(step, epoch);
    expect(found.value).to.equal(undefined);
  });
});

describe('CurveBuilder', () => {
  it('ends lines at NaN and infinities, marks them, and finds the best finite value', () => {
    const { lines, notFinite, best, last, values } = lossOf(
      [2, Number.NaN, 1, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 4].map((value, index) =>
        at(index + 1, value),
      ),
    );
    expect(lines).to.deep.equal([
      { x: [1], y: [2] },
      { x: [3, 4], y: [1, 3] },
      { x: [7], y: [4] },
    ]);
    expect(notFinite).to.deep.equal([
      { value: 'NaN', x: [2] },
      { value: 'Infinity', x: [5] },
      { value: '-Infinity', x: [6] },
    ]);
    expect([best?.step, best?.value, last?.step, values]).to.deep.equal([3, 1, 7, 7]);
  });

  it('counts what a logarithmic axis cannot show, and leaves a gap there', () => {
    const { lines, notPositive } = lossOf(
      [1, 0, -2, 4].map((value, index) => at(index, value)),
      {
        log: { x: true, y: true },
      },
    );
    expect(lines).to.deep.equal([{ x: [3], y: [4] }]);
    expect(notPositive).to.equal(3);
  });

  it('scales to epochs, and to seconds with a gap where training paused', () => {
    const values = [5, 10, 15, 20].map((step) => at(step, step));
    expect(lossOf(values, { axis: 'epoch' }, 10).lines).to.deep.equal([{ x: [0.5, 1, 1.5, 2], y: [5, 10, 15, 20] }]);
    expect(lossOf(values, { axis: 'epoch' }).lines[0]!.x).to.deep.equal([0, 0, 1, 1]);
    const timed = lossOf(
      values.map((value) => ({ ...value, time: 1000 * value.step })),
      {
        axis: 'time',
        origin: 1000,
        resumed: [12_000],
      },
    );
    expect(timed.lines.map(({ x }) => x)).to.deep.equal([
      [4, 9],
      [14, 19],
    ]);
  });

  it('smooths beside the raw line', () => {
    const { lines, smoothed } = lossOf([at(1, 1), at(2, 3)], { smooth: 0.5 });
    expect([lines[0]!.y, smoothed![0]!.y]).to.deep.equal([
      [1, 3],
      [1, (0.5 * 1 + 3) / 1.5],
    ]);
  });
});

describe('readMetricValues', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-curves-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('finds the same values as parsing each line, for any names and numbers', async () => {
    const name = fc.constantFrom('loss', 'x"loss', ',"loss', '{"loss', 'loss":1,"', 'a\\', 'größe', '');
    const number = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constantFrom(Number.NaN, 1e-300, -0, Number.POSITIVE_INFINITY),
    );
    const record = fc.record({
      step: fc.nat(),
      epoch: fc.nat(),
      time: fc.nat(),
      split: fc.constantFrom('train', 'valid', 'va"lid'),
      values: fc.dictionary(name, number),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record), async (records) => {
        const path = join(folder, 'metrics.jsonl');
        const format = new MetricLineFormat();
        await writeFile(path, records.map((one) => format.line(one)).join(''));
        const wanted = ['train', 'valid'].flatMap((split) =>
          ['loss', 'a\\', ''].map((metric) => ({ split, name: metric })),
        );
        const found: unknown[][] = wanted.map(() => []);
        await readMetricValues(path, wanted, (metric, { step, value }) => found[metric]!.push([step, value]));
        const expected: unknown[][] = wanted.map(() => []);
        for await (const { step, split, values } of readMetrics(path)) {
          for (const [index, one] of wanted.entries()) {
            if (one.split === split && Object.hasOwn(values, one.name)) expected[index]!.push([step, values[one.name]]);
          }
        }
        expect(found).to.deep.equal(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('continues where it stopped, and names an invalid line', async () => {
    const path = join(folder, 'growing.jsonl');
    const line = (step: number, value: string) =>
      `{"step":${step},"epoch":0,"time":1,"split":"train","values":{"loss":${value}}}\n`;
    const read = async (start?: number) => {
      const steps: number[] = [];
      const end = await readMetricValues(
        path,
        [{ split: 'train', name: 'loss' }],
        (_, { step }) => steps.push(step),
        start,
      );
      return { steps, end };
    };
    await writeFile(path, `${line(1, '1')}{"step":2,"ep`);
    const first = await read();
    expect(first).to.deep.equal({ steps: [1], end: line(1, '1').length });
    await writeFile(path, `${line(1, '1')}${line(2, '2')}`);
    expect((await read(first.end)).steps).to.deep.equal([2]);
    await writeFile(path, `${line(1, '1')}${line(2, '"x"')}`);
    const failure = await read().catch((error: Error) => error.message);
    expect(failure).to.match(/^Line 2 of .* the value of "loss" is not a number\.$/);
  });
});
