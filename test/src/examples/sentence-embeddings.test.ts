import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ForgeLibrary } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('examples: sentence-embeddings', function () {
  this.timeout(180_000);

  it('finds sentences of the same meaning, also of meanings that it has not seen', () =>
    inTemporaryFolder(async (folder) => {
      const { metrics } = await trainExample('sentence-embeddings', 'onnx', folder, '--epochs', '5');
      expect(metrics.valid!.recall).to.be.at.least(0.9);

      const trained = join(folder, 'sentence-embeddings/1');
      const { missing } = JSON.parse(await readFile(join(trained, 'code.json'), 'utf8'));
      expect(missing.map(({ reason }: { reason: string }) => reason).join()).to.not.include('readTokenizer');

      const file = join(folder, 'embeddings.onnx');
      await new ForgeLibrary({ directory: root }).exportCheckpoint(trained, { out: file });
      const { stdout } = await run(
        process.execPath,
        [
          resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs'),
          ...[examplePath('sentence-embeddings/search.ts'), file, 'How do I mend my bike'],
          ...['Where can I buy my old bicycle', 'I would like to fix the cycle', 'How do I repair my phone'],
        ],
        { cwd: root },
      );
      expect(stdout.split('\n')[0]).to.match(/^0\.\d\d {2}I would like to fix the cycle$/);
    }));
});
