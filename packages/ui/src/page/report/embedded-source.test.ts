import { expect } from 'chai';
import type { CurvesRequest } from '../../protocol/curves.js';
import type { ReportContent, ReportedRun } from '../../protocol/report-content.js';
import { SourceError } from '../source/source.js';
import { embeddedSource } from './embedded-source.js';

const base64 = (numbers: readonly number[]) => {
  const bytes = new Uint8Array(Float64Array.from(numbers).buffer);
  return btoa(String.fromCharCode(...bytes));
};

const created = 1_000_000;
const value = [5, 4, Number.NaN, 2, 1, 3];
const points = {
  step: base64([1, 2, 3, 4, 5, 6]),
  epoch: base64([0, 0, 0, 1, 1, 1]),
  time: base64([1, 2, 3, 10, 11, 12].map((second) => created + 1000 * second)),
  value: base64(value),
};

const run: ReportedRun = {
  view: {
    ...{ id: 'results/toy/1', status: 'completed', created },
    checkpoints: [{ step: 4, epoch: 1, time: created + 10_000 }],
  } as unknown as ReportedRun['view'],
  stepsPerEpoch: 3,
  resumes: [{ step: 3, time: created + 9_000 }],
  curves: [{ metric: 'valid.loss', split: 'valid', name: 'loss', direction: 'min', values: 60, shown: 6, points }],
  ...{ omittedMetrics: 0, omittedCheckpoints: 0, omittedParameters: 0 },
  code: { '0/model.ts': 'a1' },
  diff: null,
  log: { text: 'the end\n', from: 92, to: 100, size: 100 },
  media: { entries: [], omitted: 0 },
  mediaFiles: { 'media/1/valid.a.png': 'AAAA' },
};

const content: ReportContent = {
  version: '1.0.0',
  runs: [run],
  comparison: null,
  importance: {},
  codes: {},
  codeTexts: { a1: { text: 'model', truncated: false } },
  codeDiffs: [],
};
const all: CurvesRequest = {
  ...{ runs: ['results/toy/1'], metrics: ['valid.loss'], axis: 'step', from: null, to: null },
  ...{ width: 1000, logX: false, logY: false, smooth: 0 },
};

describe('the data in a report', () => {
  const source = embeddedSource(content);
  const curveOn = async (change: Partial<CurvesRequest> = {}) =>
    (await source.curves({ ...all, ...change })).curves[0]!;
  const xOf = ({ lines }: Awaited<ReturnType<typeof curveOn>>) => lines.map(({ x }) => [...x]);

  it('are curves on any axis, with gaps, marks, the best and the last value', async () => {
    const curve = await curveOn();
    expect(xOf(curve)).to.deep.equal([
      [1, 2],
      [4, 5, 6],
    ]);
    expect(curve.notFinite).to.deep.equal([{ value: 'NaN', x: [3] }]);
    expect(curve.best).to.include({ value: 1, step: 5, x: 5 });
    expect(curve.last).to.include({ value: 3, step: 6 });
    expect(curve.values, 'of the whole run').to.equal(60);
    expect(xOf(await curveOn({ axis: 'epoch' }))).to.deep.equal([
      [1 / 3, 2 / 3],
      [4 / 3, 5 / 3, 2],
    ]);
    expect(xOf(await curveOn({ axis: 'time' }))).to.deep.equal([
      [1, 2],
      [10, 11, 12],
    ]);
    expect(xOf(await curveOn({ axis: 'clock' }))).to.deep.equal([
      [1001, 1002],
      [1010, 1011, 1012],
    ]);
  });

  it('are curves of a range, smoothed, on logarithmic axes', async () => {
    expect(xOf(await curveOn({ from: 4.5, to: 5.5 }))).to.deep.equal([[4, 5, 6]]);
    const smoothed = (await curveOn({ smooth: 0.5 })).smoothed!;
    expect(smoothed.flatMap(({ y }) => [...y])[1]).to.be.closeTo((5 * 0.5 + 4) / 1.5, 1e-9);
    expect((await curveOn({ logY: true })).lines).to.have.length(2);
  });

  it('say where the run was resumed and has checkpoints', async () => {
    const { runs } = await source.curves(all);
    expect(runs[0]).to.deep.include({ resumes: [3], checkpoints: [4], stepsPerEpoch: 3, cursor: 0 });
    expect((await source.curves({ ...all, axis: 'epoch' })).runs[0]).to.deep.include({
      resumes: [1],
      checkpoints: [4 / 3],
    });
    expect((await source.curves({ ...all, axis: 'time' })).runs[0]).to.deep.include({
      resumes: [9],
      checkpoints: [10],
    });
  });

  it('are the end of the log, texts and images', async () => {
    expect(await source.log(run.view.id, -50)).to.equal(run.log);
    expect(await source.log(run.view.id, 100)).to.deep.equal({ text: '', from: 100, to: 100, size: 100 });
    expect((await source.codeFile(run.view.id, 0, 'model.ts')).text).to.equal('model');
    expect(source.mediaUrl(run.view.id, 'media/1/valid.a.png')).to.equal('data:image/png;base64,AAAA');
  });

  it('say what the report does not have', async () => {
    for (const ask of [
      () => source.run('results/toy/2'),
      () => source.codeFile(run.view.id, 0, '__proto__'),
      () => source.gitDiff(run.view.id),
      () => source.compare([]),
    ]) {
      const failure = await ask().catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(SourceError).and.include({ code: 'NOT_IN_REPORT' });
    }
  });
});
