import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { bothConfigs, train } from '../../api/toy-run.test.support.js';
import { MetricLineFormat } from '../../metrics/log/metric-line.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { findRun } from '../catalog/find-run.js';
import type { RunFolder } from '../folder/run-folder.js';
import { exportMetrics, type MetricsFormat } from './export-metrics.js';
import { writeMetrics } from './write-metrics.js';

/** The rows of a CSV text by RFC 4180; a quoted field is marked. */
function readCsv(text: string): { text: string; quoted: boolean }[][] {
  const rows: { text: string; quoted: boolean }[][] = [];
  let row: { text: string; quoted: boolean }[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))([,\n])/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, quoted, plain = '', end] = match;
    row.push({ text: quoted?.replaceAll('""', '"') ?? plain, quoted: quoted !== undefined });
    if (end === '\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

interface Point {
  readonly run: string;
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly split: string;
  readonly name: string;
  readonly value: number;
}

const readers: Readonly<Record<MetricsFormat, (text: string) => Point[]>> = {
  csv: (text) =>
    readCsv(text)
      .slice(1)
      .map((fields) => {
        const [run, step, epoch, time, split, name, value] = fields.map((field) => field.text) as [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        return { run, step: Number(step), epoch: Number(epoch), time: Number(time), split, name, value: Number(value) };
      }),
  jsonl: (text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const point = JSON.parse(line) as Point;
        return { ...point, value: Number(point.value) };
      }),
};

describe('exportMetrics', () => {
  const folder = useTemporaryFolder();
  let run: RunFolder;
  beforeEach(async () => {
    await writeToyProject(folder());
    await train(folder(), [...bothConfigs, '--steps', '2', '--run-name', 'lines']);
    run = await findRun('lines', join(folder(), 'results'));
  });

  const log = (records: readonly MetricRecord[]) => {
    const format = new MetricLineFormat();
    return writeFile(join(run.path, 'metrics.jsonl'), records.map((record) => format.line(record)).join(''));
  };
  const exported = async (format: MetricsFormat, flags = false) => {
    let text = '';
    for await (const lines of exportMetrics([run], { format, flags })) text += lines.text;
    return text;
  };

  const special = [Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, -2.2250738585072009e-308, 2 ** 53, 1e21, 0.1];
  const name = fc.string({ unit: 'grapheme', maxLength: 6 });
  const tricky = fc.constantFrom('', ' a', 'a,b', '"', 'a\nb', '\r', 'ä', '日本', 'a"b"', '\u2028');
  const record = fc.record({
    step: fc.nat(),
    epoch: fc.nat(100),
    time: fc.integer({ min: 0, max: 2e12 }),
    split: fc.oneof(name, tricky),
    values: fc
      .array(fc.tuple(fc.oneof(name, tricky), fc.oneof(fc.double(), fc.constantFrom(...special))), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs)),
  });
  for (const format of ['csv', 'jsonl'] as const) {
    it(`${format}: every number and name reads back exactly`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (records) => {
          await log(records);
          const points = records.flatMap(({ values, ...place }) =>
            Object.entries(values).map(([name, value]) => ({ run: 'lines/1', ...place, name, value })),
          );
          // deep.equal distinguishes -0 from 0, and NaN equals itself.
          expect(readers[format](await exported(format))).to.deep.equal(points);
        }),
        { numRuns: 150 },
      );
    });
  }

  it('writes the flags of the run to each number, texts quoted and no value as an empty field', async () => {
    await log([{ step: 1, epoch: 0, time: 7, split: 'train', values: { loss: 0.5 } }]);
    const [header, row] = readCsv(await exported('csv', true)) as [
      { text: string }[],
      { text: string; quoted: boolean }[],
    ];
    const flag = (name: string) => row[header.findIndex(({ text }) => text === `flags.${name}`)];
    expect(flag('saveEvery')).to.deep.equal({ text: '500', quoted: true });
    expect(flag('steps')).to.deep.equal({ text: '2', quoted: false });
    expect(flag('epochs')).to.deep.equal({ text: '', quoted: false });
    const { flags } = JSON.parse(await exported('jsonl', true)) as { flags: Record<string, unknown> };
    expect(flags).to.include({ saveEvery: '500', steps: 2, epochs: null });
  });

  it('yields pieces of bounded size, whatever the length of the log', async () => {
    const values = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`metric${at}`, at / 7]));
    await log(Array.from({ length: 20_000 }, (_, step) => ({ step, epoch: 0, time: 0, split: 'train', values })));
    let [most, points] = [0, 0];
    for await (const lines of exportMetrics([run], { format: 'csv', flags: false })) {
      most = Math.max(most, lines.text.length);
      points += lines.points;
    }
    expect(points).to.equal(400_000);
    expect(most).to.be.lessThan(1 << 17);
  });

  it('writes a file completely or not at all, and never over another without force', async () => {
    const out = join(folder(), 'out', 'metrics.csv');
    await mkdir(join(folder(), 'out'));
    const options = { format: 'csv', flags: false, force: false } as const;
    await writeFile(join(run.path, 'metrics.jsonl'), '{"step":1}\nnot JSON\n');
    expect((await failureOf(() => writeMetrics([run], out, options))).code).to.equal('RUN_INVALID');
    expect(await readdir(join(folder(), 'out'))).to.deep.equal([]);
    await log([{ step: 1, epoch: 0, time: 7, split: 'train', values: { loss: 0.5 } }]);
    expect(await writeMetrics([run], out, options)).to.equal(1);
    expect((await failureOf(() => writeMetrics([run], out, options))).code).to.equal('USAGE');
    expect(await writeMetrics([run], out, { ...options, force: true })).to.equal(1);
    expect(await readFile(out, 'utf8')).to.equal(
      'run,step,epoch,time,split,name,value\nlines/1,1,0,7,train,loss,0.5\n',
    );
    const twice = await failureOf(() => writeMetrics([run, run], out, { ...options, force: true }));
    expect(twice.message).to.equal('lines/1 is given twice.');
  });

  it('refuses half of a surrogate pair in CSV, which JSON Lines keeps', async () => {
    await log([{ step: 1, epoch: 0, time: 7, split: 'train', values: { 'a\ud800': 1 } }]);
    expect((await failureOf(() => exported('csv'))).hint).to.include('jsonl');
    expect(JSON.parse(await exported('jsonl')).name).to.equal('a\ud800');
  });
});
