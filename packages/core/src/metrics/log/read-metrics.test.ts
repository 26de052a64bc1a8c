import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { readMetrics } from './read-metrics.js';
import { truncateMetrics } from './truncate-metrics.js';

const line = (step: number, split = 'train') =>
  `{"step":${step},"epoch":0,"time":1,"split":"${split}","values":{"loss":${step / 8},"größe":1}}\n`;

async function stepsIn(path: string): Promise<number[]> {
  const steps: number[] = [];
  for await (const record of readMetrics(path)) steps.push(record.step);
  return steps;
}

async function failureOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isForgeError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('reading metrics', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-metrics-'));
    path = join(folder, 'metrics.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('readMetrics', () => {
    it('reads many blocks in order, even if a block ends inside a line or character', async () => {
      const steps = Array.from({ length: 20_000 }, (_, step) => step);
      writeFileSync(path, steps.map((step) => line(step)).join(''));
      expect(await stepsIn(path)).to.deep.equal(steps);
    });

    it('ignores a last line without a newline, complete or not', async () => {
      writeFileSync(path, line(1) + line(2).slice(0, 20));
      expect(await stepsIn(path)).to.deep.equal([1]);
      writeFileSync(path, line(1) + line(2).trimEnd());
      expect(await stepsIn(path)).to.deep.equal([1]);
    });

    it('names the file and the line that is invalid', async () => {
      const bad = ['{"step":2,"ep', 'null', '[]', line(2).replace('"epoch":0,', '').trim()];
      bad.push(line(2).replace('"train"', '5').trim(), line(2).replace('0.25', 'true').trim(), '');
      bad.push(line(2).replace('0.25', '"fast"').trim(), line(2).replace(':2,', ':2.5,').trim());
      for (const text of bad) {
        writeFileSync(path, `${line(1)}${text}\n${line(3)}`);
        const failure = await failureOf(stepsIn(path));
        expect(failure, text).to.match(/^RUN_INVALID Line 2 of .*metrics\.jsonl is not a metric record: .+\.$/);
      }
    });

    it('refuses a line that is too long, before it fills the memory', async () => {
      writeFileSync(path, line(1));
      appendFileSync(path, Buffer.alloc(17 << 20, 0x20));
      expect(await failureOf(stepsIn(path))).to.match(
        /^RUN_INVALID Line 2 of .*metrics\.jsonl has more than 16777216 bytes\.$/,
      );
    });

    it('yields only the records of one split, however their lines are formatted', async () => {
      const other = '{ "split": "valid", "epoch": 0, "time": 1, "values": {}, "step": 3 }\n';
      writeFileSync(path, line(1) + line(2, 'valid') + other + line(4) + other.replace('valid', 'train'));
      const steps: number[] = [];
      for await (const record of readMetrics(path, { split: 'valid' })) steps.push(record.step);
      expect(steps).to.deep.equal([2, 3]);
    });

    it('closes the file when it is not read to its end', async function () {
      if (!existsSync('/proc/self/fd')) {
        console.log('        skipped: no /proc/self/fd to count open files in');
        return this.skip();
      }
      writeFileSync(path, line(1) + line(2));
      const open = () => readdirSync('/proc/self/fd').length;
      const before = open();
      for (let time = 0; time < 5; time++) for await (const _ of readMetrics(path)) break;
      expect(open()).to.equal(before);
    });

    it('refuses a pipe without waiting for a writer', async function () {
      if (process.platform === 'win32') {
        console.log('      skipped: Windows has no named pipes in folders');
        return this.skip();
      }
      execFileSync('mkfifo', [path]);
      expect(await failureOf(stepsIn(path))).to.equal(`RUN_INVALID ${path} is not a regular file.`);
    });

    it('yields no records if the file does not exist', async () => {
      expect(await stepsIn(path)).to.deep.equal([]);
    });
  });

  describe('truncateMetrics', () => {
    it('removes every record after the step, in any order, and a truncated last line', async () => {
      writeFileSync(path, line(1) + line(3) + line(2, 'valid') + line(2) + line(4) + line(5).slice(0, 9));
      expect(await truncateMetrics(path, 2)).to.equal(2);
      expect(await stepsIn(path)).to.deep.equal([1, 2, 2]);
    });

    it('reads the step of lines with another format', async () => {
      writeFileSync(path, '{ "split": "train", "epoch": 0, "time": 1, "values": {}, "step": 9 }\n');
      expect(await truncateMetrics(path, 2)).to.equal(1);
      expect(await stepsIn(path)).to.deep.equal([]);
    });

    it('does not change a file with nothing to remove, or a missing one', async () => {
      expect(await truncateMetrics(path, 2)).to.equal(0);
      writeFileSync(path, line(1) + line(2));
      expect(await truncateMetrics(path, 2)).to.equal(0);
      expect(await stepsIn(path)).to.deep.equal([1, 2]);
    });

    it('can replace a file with nothing to remove, so that a writer of the old file does not write into the new one', async () => {
      writeFileSync(path, line(1) + line(2));
      const old = openSync(path, 'a');
      expect(await truncateMetrics(path, 2, { replace: true })).to.equal(0);
      writeSync(old, line(9));
      closeSync(old);
      expect(await stepsIn(path)).to.deep.equal([1, 2]);
      rmSync(path);
      expect(await truncateMetrics(path, 2, { replace: true })).to.equal(0);
      expect(existsSync(path)).to.equal(false);
    });

    it('does not change the file when a line is invalid', async () => {
      writeFileSync(path, `${line(5)}{"st\n`);
      expect(await failureOf(truncateMetrics(path, 2))).to.match(/^RUN_INVALID Line 2 of /);
      expect(await failureOf(stepsIn(path))).to.match(/Line 2 of /);
    });
  });
});
