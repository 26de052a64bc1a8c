import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { changeRun, trainToy, useFolder, viewedRun } from '../views/trained-run.test.support.js';
import { reportContent } from './report-content.js';
import { jsonInHtml } from './report-html.js';

const megabyte = 1e6;

describe('the size of a report', () => {
  const folder = useFolder();

  it('of 100 runs with images, long logs and many metrics is below 40 MB', async () => {
    const template = await trainToy(folder(), ['--steps', '1']);
    const names = Array.from({ length: 50 }, (_, at) => `metric${at}`);
    const lines = Array.from({ length: 120 }, (_, at) => {
      const values = Object.fromEntries(names.map((name, row) => [name, Math.sin(at * row)]));
      return `${JSON.stringify({ step: at + 1, epoch: 0, time: at, split: 'train', values })}\n`;
    });
    const images = [1, 2, 3].map((step) => `media/${step}/valid.image.png`);
    const logged = images.map((file, at) =>
      JSON.stringify({ step: at + 1, epoch: 0, time: 1, split: 'valid', name: 'image', kind: 'image', file }),
    );
    const png = `\x89PNG\r\n\x1a\n${'x'.repeat(60_000)}`;
    await changeRun(template, {
      'metrics.jsonl': lines.join(''),
      'media.jsonl': `${logged.join('\n')}\n`,
      'console.log': 'a line of the log\n'.repeat(8_000),
      'git.diff': '+a line of the diff\n'.repeat(8_000),
    });
    for (const image of images) {
      const path = join(template.folder.path, image);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, png, 'latin1');
    }
    const runs = Array.from({ length: 100 }, (_, at) => viewedRun(join(folder(), 'copies'), 'toy', at + 1));
    for (const run of runs) await cp(template.folder.path, run.folder.path, { recursive: true });
    const content = await reportContent(runs, { metrics: null, code: true, log: true }, '1.0.0');
    expect(jsonInHtml(content).length).to.be.below(40 * megabyte);
    for (const { curves, media, log, diff, omittedMetrics } of content.runs) {
      expect(curves.length).to.be.within(30, 40);
      expect(Math.max(...curves.map(({ shown }) => shown))).to.be.within(50, 100);
      expect(media.entries.at(-1)!.step, 'the newest image').to.equal(3);
      expect(media.omitted).to.equal(2);
      expect(log!.to).to.equal(log!.size);
      expect(diff!.truncated).to.equal(true);
      expect(omittedMetrics).to.be.greaterThan(0);
    }
  }).timeout(120_000);
});
