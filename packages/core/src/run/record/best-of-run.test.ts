import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { bestOfRun } from './best-of-run.js';

describe('bestOfRun', () => {
  const folder = useTemporaryFolder();
  const line = (step: number, values: object) =>
    `${JSON.stringify({ step, epoch: 0, time: 1, split: 'valid', values })}\n`;
  const write = (...lines: string[]) => writeFile(join(folder(), 'metrics.jsonl'), lines.join(''));

  it('is computed from metrics.jsonl by the recorded directions and the names, if run.json has none', async () => {
    await write(
      line(1, { loss: 2, odd: 1 }),
      line(2, { loss: 1, odd: 3 }),
      line(3, { loss: 'NaN', odd: 2 }),
      '{"step":4,',
    );
    const directions = { 'valid.odd': 'max' } as const;
    const best = { valid: { loss: { value: 1, step: 2 }, odd: { value: 3, step: 2 } } };
    expect(await bestOfRun(folder(), { directions })).to.deep.equal(best);
    expect(await bestOfRun(folder(), { directions, best: {} })).to.deep.equal({});
  });

  it('is empty without metrics, and names an invalid line', async () => {
    expect(await bestOfRun(folder(), { directions: {} })).to.deep.equal({});
    await write(line(1, { loss: 2 }), 'no record\n');
    expect((await failureOf(() => bestOfRun(folder(), { directions: {} }))).message).to.match(/^Line 2 of /);
  });
});
