import { ok, strictEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sameState } from './sample-states.js';
import { stateToKill } from './state-to-kill.js';
import type { StoreSubject } from './subject.js';

const child = fileURLToPath(new URL('./save-until-killed.js', import.meta.url));
const kills = 6;

/** A process that ends in the middle of a save. */
export function describeStoreKilling({ options, folder, open }: StoreSubject): void {
  /** Starts a process that saves, kills it a while after its first save; returns the last step it said was saved. */
  async function saveUntilKilled(): Promise<number> {
    const module = new URL(options.module).href;
    const process = spawn(globalThis.process.execPath, [child, module, folder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const saved = new Promise<void>((resolve) => {
      process.stdout.on('data', (text) => {
        output += text;
        resolve();
      });
    });
    const closed = once(process, 'close');
    await Promise.race([saved, closed]);
    await delay(Math.random() * 60);
    process.kill('SIGKILL');
    const [, signal] = await closed;
    strictEqual(signal, 'SIGKILL', 'the process that saves ended by itself');
    return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
  }

  it(`${kills} kills during saves lose no finished checkpoint, and leave none that does not load`, async () => {
    for (let kill = 0; kill < kills; kill++) {
      const saved = await saveUntilKilled();
      const store = await open();
      const steps = await store.steps();
      ok(steps.includes(saved), `checkpoint ${saved} was saved, but there is ${steps}`);
      for (const step of steps) {
        await store.check(step);
        sameState((await store.load(step)).state, stateToKill(step));
      }
    }
  }).timeout(120_000);
}
