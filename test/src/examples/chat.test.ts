import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Forge } from '@forge-ml/core';
import { expect } from 'chai';
import { examplePath } from './load-example.js';
import { inTemporaryFolder } from './temporary-folder.js';
import { trainExample } from './train-example.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('examples: chat', function () {
  this.timeout(180_000);

  it('learns to answer by adapters, and answers what was not in its training data', () =>
    inTemporaryFolder(async (folder) => {
      const { metrics } = await trainExample('chat', 'onnx', folder, '--epochs', '20');
      expect(metrics.valid!.perplexity).to.be.lessThan(1.45);
      const trained = join(folder, 'chat/1');
      const answer = async (message: string) => {
        const program = [resolve(root, 'node_modules/jiti/lib/jiti-cli.mjs'), examplePath('chat/answer.ts')];
        return (await run(process.execPath, [...program, trained, message], { cwd: root })).stdout;
      };
      expect(await answer('Say goodbye to Zoe.')).to.equal('Goodbye, Zoe! Have a safe trip.\n');
      await using loaded = await Forge.loadFromCheckpoint(trained);
      const trainable = loaded.session.parameters.filter((parameter) => parameter.trainable);
      expect(trainable.filter(({ name }) => !name.includes('.lora_'))).to.deep.equal([]);
      expect(trainable).to.have.length(28);
    }));
});
