import { join } from 'node:path';
import { Forge } from '@forge-ml/core';
import { wav } from '@forge-ml/data';
import { expect } from 'chai';
import { loadExample } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

interface Words {
  readonly keywords: readonly string[];
  drawWords(folder: string, words: readonly string[], count: number): void;
}

describe('examples: keywords', function () {
  this.timeout(180_000);

  it('recognizes words that the network was not trained on by a new last layer', () =>
    inTemporaryFolder(async (folder) => {
      const { drawWords, keywords } = await loadExample<Words>('keywords/draw-words.ts');
      const words = join(folder, 'words');
      drawWords(words, keywords, 60);
      const results = join(folder, 'results');
      const { metrics } = await trainExample('keywords', 'onnx', results, '--folder', words, '--epochs', '15');
      expect(metrics.valid!.accuracy).to.be.at.least(0.9);

      await using run = await Forge.loadFromCheckpoint(join(results, 'keywords/1'), { data: false });
      const right: boolean[] = [];
      for await (const { audio, label } of wav(words, { channels: 1 }).epoch(0)) {
        const [{ label: found }] = (await run.predictRows([{ audio }])) as [Record<string, string>];
        right.push(found === label);
      }
      expect(right.filter(Boolean).length).to.be.at.least(0.9 * right.length);
    }));
});
