import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { MetricLineFormat } from './metric-line.js';
import { MetricTable } from './metric-table.js';
import { readMetrics } from './read-metrics.js';
import { readMetricValues } from './read-values.js';

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
        await readMetricValues(path, new MetricTable(wanted), (metric, step, _epoch, _time, value) => {
          found[metric]!.push([step, value]);
        });
        const expected: unknown[][] = wanted.map(() => []);
        for await (const { step, split, values } of readMetrics(path)) {
          for (const [index, one] of wanted.entries()) {
            if (one.split === split && Object.hasOwn(values, one.name)) expected[index]!.push([step, values[one.name]]);
          }
        }
        expect(found).to.deep.equal(expected);
        await expectAll(path);
      }),
      { numRuns: 100 },
    );
  });

  /** Reading all metrics finds what parsing each line finds. */
  async function expectAll(path: string): Promise<void> {
    const table = new MetricTable();
    const found: unknown[] = [];
    await readMetricValues(path, table, (metric, ...numbers) => {
      const { split, name } = table.metrics[metric]!;
      found.push([split, name, ...numbers]);
    });
    const expected: unknown[] = [];
    for await (const { step, epoch, time, split, values } of readMetrics(path)) {
      for (const [name, value] of Object.entries(values)) expected.push([split, name, step, epoch, time, value]);
    }
    expect(found).to.deep.equal(expected);
  }

  it('reads a line that has a name twice, other fields or a comma too many as JSON has it', async () => {
    const path = join(folder, 'odd.jsonl');
    const line = (values: string, rest = '') =>
      `{"step":1,"epoch":0,"time":1,"split":"train","values":{${values}}${rest}}\n`;
    const lines = [
      line('"a":1,"b":2'),
      line('"b":3,"a":4'),
      line('"a":5,"a":6'),
      line('"a":7', ',"x":{"a":8}'),
      line(''),
    ];
    await writeFile(path, lines.join(''));
    await expectAll(path);
    await writeFile(path, `${line('"a":1')}${line('"a":1,')}`);
    const failure = await expectAll(path).catch((error: Error) => error.message);
    expect(failure).to.match(/^Line 2 of .* is not a metric record/);
  });

  it('reads at most so many metrics, and says that there are more', async () => {
    const path = join(folder, 'many.jsonl');
    const line = (name: number) =>
      `{"step":1,"epoch":0,"time":1,"split":"s${name % 9}","values":{"m${name}":${name}}}\n`;
    await writeFile(path, Array.from({ length: 50 }, (_, name) => line(name)).join(''));
    const table = new MetricTable(undefined, 5);
    const found: number[] = [];
    await readMetricValues(path, table, (_metric, _step, _epoch, _time, value) => found.push(value));
    expect([found, table.isCut]).to.deep.equal([[0, 1, 2, 3, 4], true]);
  });

  it('continues where it stopped, and names an invalid line', async () => {
    const path = join(folder, 'growing.jsonl');
    const line = (step: number, value: string) =>
      `{"step":${step},"epoch":0,"time":1,"split":"train","values":{"loss":${value}}}\n`;
    const read = async (start?: number) => {
      const steps: number[] = [];
      const end = await readMetricValues(
        path,
        new MetricTable([{ split: 'train', name: 'loss' }]),
        (_, step) => steps.push(step),
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
