import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath, loadExample } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

describe('examples: text-classifier', function () {
  this.timeout(120_000);

  it('its file is what its program draws', async () => {
    const { drawMessages } = await loadExample<{ drawMessages(count: number): string }>(
      'text-classifier/draw-messages.ts',
    );
    expect(await readFile(examplePath('text-classifier/messages.csv'), 'utf8')).to.equal(drawMessages(240));
  });

  for (const backend of ['tfjs', 'onnx'] as const) {
    it(`on ${backend}: names the topic of messages with words that it has never seen`, () =>
      inTemporaryFolder(async (folder) => {
        const { metrics } = await trainExample('text-classifier', backend, folder, '--epochs', '6');
        expect(metrics.valid!.accuracy).to.be.greaterThan(0.9);
        await using run = await Forge.loadFromCheckpoint(join(folder, 'text-classifier/1'), { data: false });
        const messages = ['The INVOICE is much too high!', 'they lost the parcel that I sent', 'forgot the password'];
        const alone = [];
        for (const text of messages) alone.push(...(await run.predictRows([{ text }])));
        expect(alone.map(({ topic }) => topic)).to.deep.equal(['billing', 'delivery', 'account']);
        // Padding does not count: a text gets the same scores among others.
        const together = await run.predictRows(messages.map((text) => ({ text })));
        expect(together.map(({ topic }) => topic)).to.deep.equal(['billing', 'delivery', 'account']);
      }));
  }
});
