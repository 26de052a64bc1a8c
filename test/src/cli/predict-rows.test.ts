import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const data = `
import { csv, defineData, flag, impute, oneHot, standardize, target } from '@forge-ml/core';
export default defineData({
  flags: { file: flag.path('train.csv', 'The table.') },
  load: ({ file, seed }) =>
    csv(file, { delimiter: ';', missing: ['-'] })
      .split({ valid: 0.2, by: 'customer' })
      .prepare({ x: { age: impute('median').standardize(), plan: oneHot() }, y: { price: standardize().target() } })
      .shuffle(seed)
      .batch(8),
});
`;

const table = (rows: number, header: readonly string[]) =>
  [
    header.join(';'),
    ...Array.from({ length: rows }, (_, n) => {
      const row: Record<string, unknown> = {
        customer: `c${n % 13}`,
        age: n % 7 === 0 ? '-' : 20 + (n % 40),
        plan: n % 2,
        price: 100 + n,
        id: n,
      };
      return header.map((name) => row[name]).join(';');
    }),
  ].join('\n');

const train = ['train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--steps', '5'];

describe('forge predict with raw rows', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd, {
      'data.ts': data,
      'sizes.json': '{ "inputs": 3, "hidden": 3 }\n',
      'train.csv': table(100, ['customer', 'age', 'plan', 'price']),
      'new.csv': table(600, ['id', 'plan', 'age']),
    });
    const { status, stderr } = await forge([...train, '--run-name', 'sales'], { cwd });
    expect(status, stderr).to.equal(0);
    // Neither the training file nor the project is needed from here on.
    for (const file of ['train.csv', 'data.ts', 'model.ts']) await rm(join(cwd, file));
  });
  after(() => removeFolder(cwd));

  const lines = async (file: string) => (await readFile(join(cwd, file), 'utf8')).trimEnd().split('\n');

  it('reads the file as the training file was read, and writes a row for each, in order', async () => {
    const words = ['predict', 'sales', '--data', 'new.csv', '--out', 'p.csv', '--keep', 'id'];
    const { status, stdout, stderr } = await forge(words, { cwd });
    expect([status, stderr, stdout]).to.deep.equal([0, '', 'sales/1 at step 5  600 rows: id, outputs  → p.csv\n']);
    const [header, ...rows] = await lines('p.csv');
    expect([header, rows.length]).to.deep.equal(['id,outputs', 600]);
    expect(rows.map((row) => Number(row.split(',')[0]))).to.deep.equal(rows.map((_, index) => index));
    const prices = rows.map((row) => Number(row.split(',')[1]));
    expect(prices.every((price) => price > 50 && price < 300)).to.equal(true);
  });

  it('predicts the same without code, in batches of any size, from other columns orders and as JSON Lines', async () => {
    await writeFile(join(cwd, 'other.csv'), table(600, ['age', 'price', 'id', 'plan']));
    const predict = async (data: string, out: string, ...more: string[]) => {
      const { status, stderr } = await forge(['predict', 'sales', '--data', data, '--out', out, ...more], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      return lines(out);
    };
    const expected = await predict('new.csv', 'a.csv');
    expect(await predict('new.csv', 'b.csv', '--no-code')).to.deep.equal(expected);
    expect(await predict('other.csv', 'c.csv')).to.deep.equal(expected);
    expect(await predict('new.csv', 'd.csv', '--batch-size', '7')).to.deep.equal(expected);
    const json = await predict('new.csv', 'e.jsonl', '--keep', 'id');
    expect(json.map((line) => JSON.parse(line))).to.deep.equal(
      expected.slice(1).map((line, id) => ({ id: String(id), outputs: Number(line) })),
    );
  });

  it('keeps a column that is called as the prediction, and calls that predicted.NAME', async () => {
    await writeFile(join(cwd, 'same.csv'), 'age;plan;outputs\n20;1;7\n');
    const words = ['predict', 'sales', '--data', 'same.csv', '--out', 'same-p.csv', '--keep', 'outputs'];
    expect((await forge(words, { cwd })).status).to.equal(0);
    const [header, row] = await lines('same-p.csv');
    expect([header, row!.split(',')[0]]).to.deep.equal(['outputs,predicted.outputs', '7']);
  });

  it('keeps columns as they are written, and does not read others', async () => {
    const rows = Array.from({ length: 10_050 }, (_, n) => `${n};1.50;20;1`);
    const content = ['note;id;age;plan', ...rows, 'none;007;20;1'].join('\n');
    await writeFile(join(cwd, 'ids.csv'), content);
    const { status, stderr } = await forge(
      ['predict', 'sales', '--data', 'ids.csv', '--out', 'ids-out.csv', '--keep', 'id'],
      { cwd },
    );
    expect([status, stderr]).to.deep.equal([0, '']);
    const written = await lines('ids-out.csv');
    expect([written[1]!.split(',')[0], written.at(-1)!.split(',')[0]]).to.deep.equal(['1.50', '007']);
  });

  it('runs show names the preprocessing, and runs diff says where two runs learned other things', async () => {
    const project = {
      'data.ts': data.replace("impute('median')", "impute('mean')"),
      'train.csv': table(100, ['customer', 'age', 'plan', 'price']),
    };
    await writeToyProject(cwd, { ...project, 'sizes.json': '{ "inputs": 3, "hidden": 3 }\n' });
    const trained = await forge([...train, '--run-name', 'mean'], { cwd });
    expect(trained.status, trained.stderr).to.equal(0);
    expect((await forge(['runs', 'show', 'mean'], { cwd })).stdout).to.match(
      /preprocessing +preprocessing\/inputs.json/,
    );
    const diff = await forge(['runs', 'diff', 'sales', 'mean'], { cwd });
    expect(diff.stdout).to.match(/DATA\n +preprocessing\/inputs.json +\d+ bytes, sha256:/);
  });

  it('names file, line and column of what is wrong, and writes nothing', async () => {
    for (const [name, content, message] of [
      ['text.csv', 'age;plan\n20;1\nold;1\n', 'text.csv'],
      ['missing.csv', 'age;plann\n20;1\n', '"plan"'],
      ['empty.csv', 'age;plan\n', 'no rows'],
      ['strange.xyz', 'a', 'does not tell its format'],
    ] as const) {
      await writeFile(join(cwd, name), content);
      const { status, stderr } = await forge(['predict', 'sales', '--data', name, '--out', 'never.csv'], { cwd });
      expect([status === 0, stderr.includes(message)], stderr).to.deep.equal([false, true]);
      expect((await readFile(join(cwd, 'never.csv')).catch(() => 'none')).toString()).to.equal('none');
    }
    const keep = await forge(['predict', 'sales', '--data', 'new.csv', '--out', 'never.csv', '--keep', 'name'], {
      cwd,
    });
    expect(keep.stderr).to.include('new.csv has no column "name"');
    const safetensors = await forge(['predict', 'sales', '--data', 'new.csv', '--out', 'p.safetensors'], { cwd });
    expect(safetensors.stderr).to.include('.csv or .jsonl');
  });
});
