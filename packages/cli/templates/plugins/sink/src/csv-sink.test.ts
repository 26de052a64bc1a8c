import { strictEqual } from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CsvSink } from './csv-sink.js';

const header = 'step,epoch,time,split,name,value\n';

describe('CsvSink', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sink-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const text = () => readFile(join(folder, 'm.csv'), 'utf8');
  const write = (sink: CsvSink, step: number) =>
    sink.write({ step, epoch: 0, time: 5, split: 'train', values: { loss: 1 / step, accuracy: 0.5 } });

  it('writes each number to a line, in order, when it is flushed', async () => {
    const sink = await CsvSink.open(folder, 'm.csv', null);
    write(sink, 1);
    strictEqual(await text(), header);
    await sink.flush();
    strictEqual(await text(), `${header}1,0,5,train,loss,1\n1,0,5,train,accuracy,0.5\n`);
    write(sink, 2);
    await sink.close();
    strictEqual((await text()).split('\n').length, 6);
  });

  it('discards records after the step at which a run is resumed', async () => {
    const first = await CsvSink.open(folder, 'm.csv', null);
    for (const step of [1, 2, 10]) write(first, step);
    await first.close();
    await (await CsvSink.open(folder, 'm.csv', 2)).close();
    strictEqual((await text()).split('\n').length, 1 + 4 + 1);
    await (await CsvSink.open(folder, 'm.csv', null)).close();
    strictEqual(await text(), header);
  });
});
