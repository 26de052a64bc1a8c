import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary } from '@forge-ml/core';
import { expect } from 'chai';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('examples: lora', function () {
  this.timeout(120_000);

  it('learns the topics of texts by adapters, and predicts raw texts without the code of the run', () =>
    inTemporaryFolder(async (folder) => {
      const { metrics } = await trainExample('lora', 'onnx', folder, '--epochs', '15');
      expect(metrics.valid!.accuracy).to.be.at.least(0.95);
      await using predictor = await new ForgeLibrary({ directory: root }).openPredictor(join(folder, 'lora/1'));
      const rows = ['The receipt shows a wrong price!', 'they lost the parcel that I sent', 'forgot the password'].map(
        (text) => ({ text }),
      );
      const together = await predictor.predictRows(rows);
      expect(together.map(({ topic }) => topic)).to.deep.equal(['billing', 'delivery', 'account']);
      // Padding does not count: a text gets the same topic alone.
      expect(await predictor.predictRows(rows.slice(0, 1))).to.have.nested.property('[0].topic', 'billing');
    }));
});
