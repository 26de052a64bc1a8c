import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { bothConfigs, train } from '../../api/toy-run.test.support.js';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { elements } from '../../tensor/tensor-data.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import { readRunFlags } from './flags-file.js';
import { readRunRecord } from './read-run-record.js';

const child = fileURLToPath(new URL('./write-forever.test.child.js', import.meta.url));
const rounds = 100;

describe('reading files while they are replaced', () => {
  const folder = useTemporaryFolder();

  it(`returns the old or the new content, ${rounds} times`, async function () {
    this.timeout(60_000);
    await writeToyProject(folder());
    const { run } = await train(folder(), [...bothConfigs, '--run-name', 'line', '--steps', '1']);
    const store = new FileCheckpointStore(join(run, 'checkpoints'));
    const writer = spawn(process.execPath, [child, run], { stdio: ['ignore', 'pipe', 'inherit'] });
    let written = 0;
    writer.stdout.on('data', (dots) => {
      written += dots.length;
    });
    await once(writer.stdout, 'data');
    const seen = new Set<number>();
    try {
      while (written < rounds) {
        const { step, reason } = await readRunRecord(run);
        expect(reason).to.equal('x'.repeat((step % 40) * 1000));
        const { round, text } = await readRunFlags(run);
        expect(text?.value).to.equal('x'.repeat((Number(round?.value) % 40) * 1000));
        const { state } = await store.load(1);
        for (const tensors of [state.parameters, state.optimizer]) {
          for (const value of tensors.values()) {
            expect(elements(value).every((item) => item === state.random.seed)).to.equal(true);
          }
        }
        seen.add(step);
        expect((await verifyRun({ path: run, experiment: 'line', number: 1 }, { deep: true })).problems).to.deep.equal(
          [],
        );
      }
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'close');
    }
    expect(seen.size, 'the content must have changed between the reads').to.be.greaterThan(10);
  });
});
