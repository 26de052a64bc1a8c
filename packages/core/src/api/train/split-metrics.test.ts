import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { context } from '../../metrics/accumulators/batches.test.support.js';
import { metricArrays } from '../../metrics/accumulators/parts/metric-array.js';
import { f1 } from '../../metrics/accumulators/precision-recall.js';
import { readMedia } from '../../metrics/media/read-media.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
} from '../toy-run.test.support.js';

const data = `import { defineData, flag, fromArrays } from '@forge-ml/core';
function points(count: number, phase: number) {
  const x = Array.from({ length: count }, (_, row) => [Math.sin(phase + row * 1.7), Math.sin(phase + row * 2.3)]);
  return { x, y: x.map(([a = 0, b = 0]) => (a > 0.3 ? 2 : b > 0 ? 1 : 0)), w: x.map(([a = 0]) => a * a) };
}
export default defineData({
  flags: { batchSize: flag.integer(4, 'Examples per minibatch.') },
  load: ({ batchSize, seed }) => ({
    train: fromArrays(points(22, 0)).shuffle(seed).batch(batchSize),
    valid: fromArrays(points(23, 0.5)).batch(batchSize),
  }),
});
`;

const model = (metrics: string, more = '') => `import * as core from '@forge-ml/core';
const { accuracy, confusionMatrix, f1, logLoss, mean, prAuc, rocAuc, topK } = core;
export default core.defineModel({
  load: () => ({
    kind: 'toy', inputs: 'x', targets: 'y', classes: 3, hidden: 3, learningRate: 0.05, momentum: 0.9, dropout: 0.25,
    metrics: { ${metrics} }, ${more}
  }),
});
`;

const all = `
  f1: f1(), auc: rocAuc(), binned: prAuc({ bins: 50 }), nll: logLoss({ weights: 'w' }), confusion: confusionMatrix(),
  gap: { direction: 'min', of: ({ y }, { outputs }) => Array.from(y.data, (label, at) => 2 - outputs.data[3 * at + label]) },
  largest: {
    direction: 'max',
    start: () => ({ value: -Infinity, counts: {} }),
    add(state, { y }, { outputs }) {
      for (const label of y.data) state.counts[label] = (state.counts[label] ?? 0) + 1;
      return { ...state, value: Math.max(state.value, ...outputs.data) };
    },
    result: ({ value, counts }) => value + (counts[0] ?? 0),
  },`;
const names = ['f1', 'auc', 'binned', 'nll', 'gap', 'largest'];

describe('metrics over a whole split, in training', () => {
  const folder = useTemporaryFolder();
  const write = (model: string) => writeToyProject(folder(), { 'data.ts': data, 'model.ts': model });

  it('are reported for train and valid, with their directions, whatever the batch size of valid', async () => {
    await write(model(all));
    const { run, metrics } = await train(folder(), [...bothConfigs, '--steps', '12', '--keep', 'best:valid.f1']);
    for (const split of ['train', 'valid']) expect(metrics[split]).to.include.keys(names);
    expect(metrics.valid).to.not.have.property('confusion');
    const table = await readJsonFile(run, 'media', '12', 'valid.confusion.table.json');
    expect(table).to.deep.include({ columns: ['true \\ predicted', '0', '1', '2'] });
    expect(existsSync(join(run, 'media', '10'))).to.equal(false);
    expect(await readJsonFile(run, 'run.json'))
      .to.have.property('directions')
      .that.include({
        ...{ 'valid.f1': 'max', 'valid.auc': 'max', 'valid.binned': 'max', 'train.nll': 'min', 'valid.gap': 'min' },
        ...{ 'train.largest': 'max' },
      });
    const { forge } = forgeIn(folder());
    for (const batchSize of [1, 7, 23]) {
      await using loaded = await forge.loadFromCheckpoint(run, { overrideFlags: { batchSize } });
      const evaluated = await loaded.evaluate(loaded.data.valid!);
      const valid = Object.fromEntries(names.map((name) => [name, metrics.valid![name]]));
      expect(evaluated.metrics).to.include(valid);
      const { values } = evaluated.tables.confusion!;
      expect(values.flat().reduce((sum, count) => sum + count, 0)).to.equal(23);
    }
  });

  it('of train are those of the steps since the last report', async () => {
    await write(model('f1: f1()', 'dropout: 0, learningRate: 0, meanRate: 0'));
    const { run } = await train(folder(), [...bothConfigs, '--epochs', '2', '--report-every', '4']);
    const reports = (await metricsOf(run)).filter(({ split }) => split === 'train');
    expect(reports.map(({ step }) => step)).to.deep.equal([1, 4, 8, 12]);
    await using loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run);
    let state = f1().start();
    let step = 0;
    for (const epoch of [0, 1]) {
      const reader = loaded.data.train!.read({ epoch, skip: 0 });
      for (let next = await reader.next(); !next.done; next = await reader.next()) {
        f1().add(state, metricArrays(next.value), metricArrays(await loaded.predict(next.value)), context);
        step++;
        const report = reports.find((report) => report.step === step);
        if (report === undefined) continue;
        expect(report.values.f1, `step ${step}`).to.equal(f1().result(state));
        state = f1().start();
      }
    }
    expect(step).to.equal(12);
  });

  it('have the same bits when stopped at any step and resumed', async () => {
    await write(model(all));
    const steps = 13;
    const argv = [...bothConfigs, '--steps', String(steps), '--report-every', '5', '--eval-every', '4'];
    const straight = await train(folder(), [...argv, '--run-name', 'straight']);
    const expected = await essenceOf(straight.run, steps);
    const stateOf = async (run: string) =>
      (await readJsonFile(run, 'checkpoints', String(steps), 'checkpoint.json')).state as unknown;
    for (let at = 1; at < steps; at++) {
      const { run } = await trainUntil(at, folder(), [...argv, '--run-name', 'stopped']);
      await train(folder(), ['--resume', run]);
      expect(await essenceOf(run, steps), `stopped at ${at}`).to.deep.equal(expected);
      const [state, resumed] = await Promise.all([straight.run, run].map(stateOf));
      expect(resumed, `state after a stop at ${at}`).to.deep.equal(state);
      expect(resumed).to.have.property('metrics');
    }
  });

  it('are refused before anything is written if they do not fit', async () => {
    for (const [metrics, pattern] of [
      [
        'accuracy: accuracy()',
        /^METRIC_INVALID .*The model reports accuracy twice: in its stats and in its metrics\. .*Remove it/,
      ],
      ['loss: logLoss()', /^MODEL_INVALID metrics\.loss has the name of the model's loss/],
      ['"f1:x": f1()', /^MODEL_INVALID The name "f1:x" in the model's metrics cannot .*Rename it: a name has no ":"/],
      ["'': f1()", /^MODEL_INVALID The name "" in the model's metrics cannot be that of a metric/],
      ['f1: f1', /^MODEL_INVALID metrics\.f1 is a function\. Call it/],
      [
        "f1: f1({ label: 'z' })",
        /^METRIC_INVALID The validation data .*The metric f1: the batch has no "z", but x, y, w/,
      ],
      ['own: { start: () => 0, add: (sum) => sum }', /metrics\.own\.result is undefined, not a function/],
      ['own: { start: 0, add: (sum) => sum, result: (sum) => sum }', /metrics\.own\.start is a number, not a function/],
      ['own: { start: () => new Map(), add() {}, result: () => 1 }', /metrics\.own\.start returns .*JSON cannot hold/],
      ['own: { start: () => core, add() {}, result: () => 1 }', /metrics\.own\.start returns the same state twice/],
      [
        'own: { start: () => ({}), add() { throw new Error("oh") }, result: () => 1 }',
        /The metric own failed in add: oh/,
      ],
      ['own: { start: () => ({}), async add() {}, result: () => 1 }', /returned a promise/],
      [
        'own: { start: () => 0, add() {}, result: () => core.text("") }',
        /no number\. Add `media: true` to metrics\.own/,
      ],
      [
        'own: { media: true, start: () => 0, add() {}, result: () => 1 }',
        /own: result\(state\) returned no media value/,
      ],
      ['own: { media: 1, start: () => 0, add() {}, result: () => 1 }', /metrics\.own\.media is .*, not true/],
      [
        "own: { media: true, direction: 'max', start: () => 0, add() {}, result: () => 1 }",
        /metrics\.own has both media and direction/,
      ],
      ['own: { media: true, result: () => 1 }', /metrics\.own\.start is undefined, not a function/],
      ['own: { start: () => ({}), add() {}, result: () => "1" }', /own: result\(state\) returned no number/],
      [
        'own: { update() {}, start: () => ({}), result: () => 1 }',
        /OPTION_UNKNOWN metrics\.own has no option "update"\. Did you mean "add"/,
      ],
    ] as const) {
      await write(model(metrics));
      const { code, message, hint } = await failureOf(() => train(folder(), [...bothConfigs, '--steps', '3']));
      expect(`${code} ${message} ${hint}`, metrics).to.match(pattern);
      expect(existsSync(join(folder(), 'results')), metrics).to.equal(false);
    }
  });

  it('are checked with the training data where there is no validation data, as are the metrics of --keep', async () => {
    await write(model("f1: f1({ label: 'z' })"));
    const text = await readFile(join(folder(), 'data.ts'), 'utf8');
    await writeFile(join(folder(), 'data.ts'), text.replace(/ *valid: .*\n/, ''));
    const settings = [...bothConfigs, '--steps', '3'];
    for (const attempt of [
      () => train(folder(), settings),
      () => forgeIn(folder(), [...settings, '--dry-run']).forge.dryRun({}),
    ]) {
      const { code, message, hint } = await failureOf(attempt);
      expect([code, message, hint]).to.deep.equal([
        'METRIC_INVALID',
        `The training data of ${join(folder(), 'data.ts')} cannot be evaluated: The metric f1: the batch has no "z", but x, y, w.`,
        hint,
      ]);
      expect(hint).to.match(/label/);
    }
    await write(model('f1: f1()'));
    await writeFile(join(folder(), 'data.ts'), text.replace(/ *valid: .*\n/, ''));
    const kept = await failureOf(() => train(folder(), [...settings, '--keep', 'best:train.f2:max']));
    expect([kept.code, kept.hint]).to.deep.equal(['METRIC_INVALID', 'Did you mean train.f1?']);
    expect(existsSync(join(folder(), 'results'))).to.equal(false);
    expect((await train(folder(), [...settings, '--keep', 'best:train.f1'])).metrics.train).to.have.property('f1');
  });

  it('with a direction alone have a warning if the model does not report them', async () => {
    for (const [metrics, warned] of [
      ["accuracies: { direction: 'max' }", ['metrics.accuracies has no effect: the model does not report accuracies.']],
      ["accuracy: { direction: 'max' }, f1: f1()", []],
    ] as const) {
      await write(model(metrics));
      const { forge, warnings } = forgeIn(folder(), [...bothConfigs, '--steps', '2']);
      await forge.train(await forge.config());
      const shown = warnings.filter((warning) => warning.startsWith('metrics.'));
      expect(shown.map((warning) => warning.replace(/\. .*/, '.'))).to.deep.equal(warned);
      if (warned.length > 0) expect(shown[0]).to.match(/ Did you mean accuracy\?$/);
    }
  });

  it('are warned of once if NaN, and not as means', async () => {
    await write(model('auc: rocAuc(), rmse: { of: () => 1 }'));
    const { forge, warnings } = forgeIn(folder(), [...bothConfigs, '--steps', '4', '--report-every', '1']);
    await forge.train(await forge.config());
    const shown = warnings.filter((warning) => /auc|rmse/.test(warning));
    expect(shown).to.have.length(1);
    expect(shown[0]).to.match(
      /^train\.auc is NaN at step \d: it is undefined for these examples \(of one class only, /,
    );
  });

  it('have the same numbers for valid, with a warning, on an engine that reports no outputs', async () => {
    await write(model(all));
    const argv = [...bothConfigs, '--steps', '6'];
    const expected = (await train(folder(), argv)).metrics;
    const { forge, warnings } = forgeIn(folder(), argv);
    const prepared = await forge.config();
    const engine = Object.create(prepared.engine, { features: { value: undefined } });
    const { metrics } = await forge.train({ ...prepared, engine });
    expect(metrics.valid).to.deep.equal(expected.valid);
    expect(metrics.train).to.have.property('loss');
    expect(metrics.train).to.not.have.any.keys(names);
    expect(warnings).to.include(
      'The engine plain of the backend toy reports no outputs: f1, auc, binned, nll, confusion, gap, largest are computed for valid only, with a second forward pass.',
    );
  });

  it('may be images, texts and tables: logged at each evaluation, with state that no checkpoint stores', async () => {
    const media = `
      picture: {
        media: true,
        start: () => ({ rows: new Map() }),
        add({ rows }, { x }, { outputs }) { rows.set(rows.size, [x.shape[0], ...outputs.data.slice(0, 3)]); },
        result: ({ rows }) => core.image([[...rows.values()].map(([count]) => count / 4)]),
      },
      words: { media: true, start: () => '', add: (text, { x }) => text + x.shape[0] + ' ', result: (text) => core.text(text) },`;
    await write(model(`${media} confusion: confusionMatrix()`));
    const argv = [...bothConfigs, '--steps', '9', '--eval-every', '4', '--ema', '0.5'];
    const { run, metrics } = await train(folder(), argv);
    for (const split of ['train', 'valid']) expect(metrics[split]).to.not.have.any.keys('picture', 'words');
    const logged = [];
    for await (const entry of readMedia(run)) logged.push(entry);
    expect(logged.map(({ step, split, name, kind }) => `${step} ${split}.${name} ${kind}`)).to.deep.equal(
      [4, 8, 9].flatMap((step) =>
        ['valid', 'valid-ema'].flatMap((split) => [
          ...[`${step} ${split}.picture image`, `${step} ${split}.words text`, `${step} ${split}.confusion table`],
        ]),
      ),
    );
    expect(await readFile(join(run, 'media', '9', 'valid.words.txt'), 'utf8')).to.equal('4 4 4 4 4 3 ');
    expect(existsSync(join(run, 'media', '9', 'valid.picture.png'))).to.equal(true);
    expect((await readJsonFile(run, 'checkpoints', '9', 'checkpoint.json')).state).to.not.have.property('metrics');

    await using loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run);
    const evaluated = await loaded.evaluate(loaded.data.valid!);
    expect(evaluated.media.words).to.deep.equal({ kind: 'text', text: '4 4 4 4 4 3 ' });
    expect(evaluated.media.picture).to.include({ kind: 'image', width: 6, height: 1 });
    expect(evaluated.media.confusion).to.have.property('kind', 'table');
  });

  it('are evaluated in a loop of your own, too', async () => {
    await write(model('f1: f1()'));
    const { forge } = forgeIn(folder(), [...bothConfigs, '--steps', '6']);
    const prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const built = await forge.build(prepared, data);
    const run = await forge.initCheckpoint(prepared, built);
    for await (const { batch, step } of run.steps(data.train, { valid: data.valid })) {
      run.log(await built.session.step(batch, { step, metrics: true }));
    }
    expect(run.metrics.valid).to.have.property('f1').that.is.a('number');
    expect(run.metrics.train).to.not.have.property('f1');
  });
});
