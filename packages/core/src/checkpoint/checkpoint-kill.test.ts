import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { elements } from '../tensor/tensor-data.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';

const child = fileURLToPath(new URL('./save-forever.test.child.js', import.meta.url));
const kills = 10;

describe('SIGKILL while saving', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-kill-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Starts the child, kills it some time after its first save, and returns the last step it reported as saved. */
  async function saveUntilKilled(): Promise<number> {
    const process = spawn(globalThis.process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    const first = new Promise<void>((resolve) => {
      process.stdout.on('data', (text) => {
        output += text;
        resolve();
      });
    });
    await Promise.race([first, once(process, 'exit')]);
    await delay(Math.random() * 120);
    process.kill('SIGKILL');
    const [, signal] = await once(process, 'close');
    expect(signal).to.equal('SIGKILL');
    return Number(output.trim().split('\n').at(-1));
  }

  it(`loses no finished checkpoint and leaves no corrupt one, in ${kills} kills`, async () => {
    const store = new FileCheckpointStore(folder);
    let leftovers = 0;
    for (let kill = 0; kill < kills; kill++) {
      const saved = await saveUntilKilled();
      const steps = await store.steps();
      expect(steps).to.include(saved);
      for (const step of steps) {
        const { state } = await store.load(step);
        expect(state.random.seed).to.equal(step);
        for (const tensors of [state.parameters, state.optimizer]) {
          for (const value of tensors.values()) expect(elements(value).every((item) => item === step)).to.equal(true);
        }
      }
      const temporary = (await readdir(folder)).filter((name) => name.startsWith('.'));
      expect(temporary.length, `each start removes earlier leftovers: ${temporary}`).to.be.lessThan(4);
      leftovers += temporary.length;
    }
    expect(leftovers, 'some kills must interrupt a save').to.be.greaterThan(0);
  }).timeout(60_000);
});
