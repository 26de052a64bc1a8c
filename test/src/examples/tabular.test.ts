import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { csv, Forge, ForgeLibrary, type PredictedRow, type Row } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath, loadExample } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function newRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of csv(examplePath('tabular/new.csv')).epoch(0)) rows.push(row);
  return rows;
}

function expectIntervals(predictions: readonly PredictedRow[]): void {
  for (const { low, mid, high } of predictions as readonly { low: number; mid: number; high: number }[]) {
    expect(low).to.be.at.most(mid);
    expect(mid).to.be.at.most(high);
    // In dollars, not in standard deviations.
    expect(mid).to.be.within(50_000, 800_000);
  }
}

describe('examples: tabular', function () {
  this.timeout(120_000);

  it('its file is what its program draws', async () => {
    const { drawSales } = await loadExample<{ drawSales(count: number): string }>('tabular/draw-sales.ts');
    expect(await readFile(examplePath('tabular/sales.csv'), 'utf8')).to.equal(drawSales(600));
  });

  for (const backend of ['tfjs', 'onnx'] as const) {
    it(`on ${backend}: intervals of prices, also for a district never seen and a missing year`, () =>
      inTemporaryFolder(async (folder) => {
        const { metrics } = await trainExample('tabular', backend, folder, '--epochs', '8');
        expect(metrics.valid!.inside).to.be.within(0.6, 0.95);
        const rows = await newRows();
        expect(rows.map(({ built, district }) => [built, district])).to.deep.equal([
          [1998, 'Harbor'],
          [null, 'Center'],
          [2015, 'Airport'],
        ]);
        await using run = await Forge.loadFromCheckpoint(join(folder, 'tabular/1'), { data: false });
        const predictions = await run.predictRows(rows);
        expect(predictions.length).to.equal(3);
        expectIntervals(predictions);
      }));
  }

  it('predicts without the code of the run', () =>
    inTemporaryFolder(async (folder) => {
      await trainExample('tabular', 'onnx', folder, '--epochs', '1');
      const rows = await newRows();
      await using run = await Forge.loadFromCheckpoint(join(folder, 'tabular/1'), { data: false });
      await using predictor = await new ForgeLibrary({ directory: root }).openPredictor(join(folder, 'tabular/1'));
      const [expected, found] = [await run.predictRows(rows), await predictor.predictRows(rows)];
      expectIntervals(found);
      for (const [index, row] of found.entries()) {
        expect(row.mid as number).to.be.closeTo(expected[index]!.mid as number, 1);
      }
    }));

  it('predict.ts prints each row of a file with its interval', () =>
    inTemporaryFolder(async (folder) => {
      await trainExample('tabular', 'tfjs', folder, '--epochs', '1');
      const jiti = resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs');
      const args = [examplePath('tabular/predict.ts'), join(folder, 'tabular/1'), examplePath('tabular/new.csv')];
      const { stdout } = await promisify(execFile)(process.execPath, [jiti, ...args], { cwd: root });
      expect(stdout.match(/high: \d+/g)).to.have.length(3);
      expect(stdout).to.include("district: 'Airport'");
    }));
});
