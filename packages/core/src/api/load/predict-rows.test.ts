import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train, trainUntil } from '../toy-run.test.support.js';

const data = (change: { prepare?: string; after?: string; split?: string } = {}) => `
import { defineData, fromGenerator, impute, label, oneHot, splits, standardize, target } from '@forge-ml/core';
const rows = Array.from({ length: 40 }, (_, n) => ({
  age: n % 5 === 0 ? null : 20 + n, plan: ['basic', 'plus'][n % 2], price: 100 + 3 * n + (n % 2) * 10, customer: n % 9,
}));
const sales = fromGenerator(() => rows);
export default defineData({
  flags: {},
  load: ({ seed }) => ${change.split ?? "sales.split({ valid: 0.3, by: 'customer' })"}
    .prepare(${change.prepare ?? '{ x: { age: impute().standardize(), plan: oneHot() }, y: { price: standardize().target() } }'})
    ${change.after ?? ''}.shuffle(seed).batch(4),
});
`;

const csvData = `
import { csv, defineData, impute, oneHot, standardize, target } from '@forge-ml/core';
export default defineData({
  flags: {},
  load: ({ seed }) => csv('sales.csv')
    .split({ valid: 0.2 })
    .prepare({ x: { age: impute().standardize(), plan: oneHot() }, y: { price: standardize().target() } })
    .shuffle(seed).batch(4),
});
`;
const csvOf = (rows: number) =>
  `age,plan,price\n${Array.from({ length: rows }, (_, n) => `${20 + n},${n % 2},${100 + 3 * n}\n`).join('')}`;

const argv = [...bothConfigs, '--steps', '12', '--run-name', 'model'];
const sizes = { 'sizes.json': '{ "inputs": 3, "hidden": 3 }\n' };
const sales = [
  { age: 30, plan: 'basic', customer: 3 },
  { plan: 'plus', age: null },
  { plan: 'gold', age: 55 },
];

describe('raw rows', () => {
  const folder = useTemporaryFolder();
  const run = () => join(folder(), 'results/model/1');

  it('are predicted by a loaded run as by its arrays, in the units of the target', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': data() });
    await train(folder(), argv);
    const { forge } = forgeIn(folder());
    const expected: unknown[] = [];
    for (const options of [{}, { data: false }] as const) {
      await using loaded = await forge.loadFromCheckpoint(run(), 'latest', options);
      const predicted = await loaded.predictRows(sales);
      expected.push(predicted);
      const reversed = sales.map((row) => Object.fromEntries(Object.entries(row).reverse()));
      expect(await loaded.predictRows(reversed)).to.deep.equal(predicted);
      const { arrays, rows } = JSON.parse(await readFile(join(run(), 'preprocessing/inputs.json'), 'utf8'));
      const [age, plan] = arrays[0].columns;
      const { mean, std } = age.steps[1].state;
      const x = sales.map((row) => [
        ((row.age ?? age.steps[0].state.value) - mean[0]) / std[0],
        ...plan.steps[0].state.categories.map((category: string) => Number(category === row.plan)),
      ]);
      const { outputs } = await loaded.predict({ x });
      const price = arrays[1].columns[0].steps[0].state;
      const inUnits = Array.from(outputs!.data as Float32Array, (y) => ({ outputs: y * price.std[0] + price.mean[0] }));
      expect(predicted).to.deep.equal(inUnits);
      expect(rows).to.be.lessThan(40);
    }
    expect(expected[1]).to.deep.equal(expected[0]);
  });

  it('are prepared with statistics of the training rows only', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': data() });
    await train(folder(), argv);
    const { arrays, rows } = JSON.parse(await readFile(join(run(), 'preprocessing/inputs.json'), 'utf8'));
    await using loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run());
    // What is learned from all 40 rows: its mean is another.
    const all = Array.from({ length: 40 }, (_, n) => 100 + 3 * n + (n % 2) * 10);
    const trained: number[] = [];
    for await (const batch of (
      loaded.data.train as never as { epoch(n: number): AsyncIterable<{ y: { bytes: Uint8Array } }> }
    ).epoch(0)) {
      trained.push(...new Float32Array(batch.y.bytes.slice().buffer));
    }
    const { mean, std } = arrays[1].columns[0].steps[0].state;
    expect(trained.length).to.equal(rows);
    expect(trained.reduce((sum, y) => sum + y, 0) / rows).to.be.closeTo(0, 1e-6);
    expect(mean[0]).to.not.equal(all.reduce((sum, y) => sum + y, 0) / 40);
    expect(trained.map((y) => Math.round(y * std[0] + mean[0])).every((y) => all.includes(y))).to.equal(true);
  });

  it('a resumed run keeps what was learned, to the same bits', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': data() });
    await train(folder(), argv);
    await trainUntil(5, folder(), [...argv.slice(0, -1), 'stopped']);
    const { forge } = forgeIn(folder(), ['--resume', 'stopped']);
    await forge.train(await forge.config());
    const stopped = join(folder(), 'results/stopped/1');
    expect(await essenceOf(stopped, 12)).to.deep.equal(await essenceOf(run(), 12));
    expect((await readJsonFile(stopped, 'run.json')).preprocessing).to.deep.equal(
      (await readJsonFile(run(), 'run.json')).preprocessing,
    );
  });

  it('a resume with other training rows than the run began with is announced', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': csvData, 'sales.csv': csvOf(40) });
    await trainUntil(5, folder(), argv);
    for (const [rows, expected] of [
      [40, []],
      [30, ['The data has changed since the run began: 24 training rows, and its preprocessing was fitted on 32.']],
    ] as const) {
      await writeFile(join(folder(), 'sales.csv'), csvOf(rows));
      const { forge, warnings } = forgeIn(folder(), [
        '--resume',
        'model',
        '--steps',
        rows === 40 ? '7' : '9',
        '--override',
      ]);
      await forge.train(await forge.config());
      const changed = warnings.filter((line) => line.startsWith('The data has changed'));
      expect(changed.map((line) => line.slice(0, line.indexOf(' It keeps')))).to.deep.equal(expected);
    }
  });

  it('preprocessing of the validation data alone is refused', async () => {
    const own = `(() => ({ prepare: (arrays) => ({ train: sales.prepare(arrays).batch(4), valid: sales.take(8).prepare(arrays).batch(4), shuffle() { return this; }, batch() { return this; } }) }))()`;
    await writeToyProject(folder(), { ...sizes, 'data.ts': data({ split: own }) });
    const error = await failureOf(() => train(folder(), argv));
    expect(error.message).to.include('fits the preprocessing of `valid` on other rows than `train`');
  });

  it('two preprocessings of one name, and so one file, are refused before the run is made', async () => {
    const joined =
      '({ prepare: () => ({ train: zip({ a: sales.prepare({ x: { age: impute().standardize() } }), b: sales.prepare({ y: target() }) }), shuffle() { return this; }, batch() { return this; } }) })';
    const text = data({ split: joined }).replace('splits,', 'splits, zip,');
    await writeToyProject(folder(), { ...sizes, 'data.ts': text });
    const error = await failureOf(() => train(folder(), argv));
    expect(error.message).to.include('has two preprocessings with the name "inputs"');
  });

  it('a misspelled column, a text for a number, no list: errors that name them', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': data() });
    await train(folder(), argv);
    await using loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run(), 'latest', { data: false });
    for (const [rows, message] of [
      [[{ agee: 3, plan: 'plus' }], 'Row 1 has no column "age".'],
      [[sales[0], { age: 'old', plan: 'plus' }], 'Column "age" of row 2 is the text "old", not a number.'],
      [sales[0], 'predictRows takes a list of rows'],
      [[3], 'predictRows takes a list of rows'],
    ] as const) {
      const error = await failureOf(() => loaded.predictRows(rows as never));
      expect([error.code, error.message.includes(message)], error.message).to.deep.equal(['DATA_INVALID', true]);
    }
    expect(await loaded.predictRows([])).to.deep.equal([]);
  });

  it('are refused where the run has no preprocessing, or converts its rows by code', async () => {
    await writeToyProject(folder());
    await train(folder(), [...argv.slice(0, -1), 'plain']);
    const load = (name: string) => forgeIn(folder()).forge.loadFromCheckpoint(join(folder(), 'results', name, '1'));
    await using plain = await load('plain');
    expect((await failureOf(() => plain.predictRows(sales))).code).to.equal('ABILITY_MISSING');
    await writeToyProject(folder(), { ...sizes, 'data.ts': data({ after: '.map((row) => row)' }) });
    await train(folder(), argv);
    await using mapped = await load('model');
    expect((await failureOf(() => mapped.predictRows(sales))).message).to.include('converts rows with map');
  });

  it('augmentation of the training rows does not change predictions', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': data({ after: '.augment((row) => row)' }) });
    await train(folder(), argv);
    await using loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run());
    expect((await loaded.predictRows(sales)).length).to.equal(3);
  });

  it('a preprocessing file that is changed, a link or missing is refused, and found by verify', async () => {
    await writeToyProject(folder(), { ...sizes, 'data.ts': data() });
    await train(folder(), argv);
    const file = join(run(), 'preprocessing/inputs.json');
    const text = await readFile(file, 'utf8');
    const { forge } = forgeIn(folder());
    await writeFile(file, text.replace('basic', 'basis'));
    expect((await failureOf(() => forge.loadFromCheckpoint(run()))).message).to.include(
      'was changed after the run wrote it',
    );
    await rm(file);
    expect((await failureOf(() => forge.loadFromCheckpoint(run()))).message).to.include('does not exist');
  });
});
