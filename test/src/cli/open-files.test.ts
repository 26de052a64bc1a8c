import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { cleanEnvironment } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

const data = `import { readFile } from 'node:fs/promises';
import { defineData, flag, fromArrays } from '@forge-ml/core';
export default defineData({
  flags: { concurrency: flag.integer(64, 'Files at once.') },
  load({ concurrency, seed }) {
    const read = async ({ file }) => {
      const bytes = await readFile(\`points/\${new Int32Array(file.bytes.slice().buffer)[0]}.bin\`);
      return { x: new Float32Array([bytes[0], bytes[1]]), y: new Float32Array([bytes[2]]) };
    };
    const points = fromArrays({ file: Int32Array.from({ length: 800 }, (_, at) => at) });
    return { train: points.shuffle(seed).map(read, { concurrency }).batch(400), valid: points.map(read).batch(400) };
  },
});
`;

describe('a map that reads a file for each of many elements', () => {
  for (const concurrency of [64, 400]) {
    it(`trains with few file descriptors, ${concurrency} at once`, function () {
      if (process.platform !== 'linux') this.skip();
      return inFolder(async (cwd) => {
        await writeToyProject(cwd, { 'data.ts': data });
        await mkdir(join(cwd, 'points'));
        for (let at = 0; at < 800; at++) await writeFile(join(cwd, 'points', `${at}.bin`), Buffer.from([at % 2, 1, 0]));
        const flags = `--epochs 1 --learning-rate 0.001 --concurrency ${concurrency}`;
        const command = `ulimit -n 256; exec ${process.execPath} ${bin} train --backend toy --data-config data.ts --model-config model.ts ${flags}`;
        const output = execFileSync('sh', ['-c', command], { cwd, env: cleanEnvironment(), encoding: 'utf8' });
        expect(output).to.include('Completed at step 2');
      });
    });
  }
});
