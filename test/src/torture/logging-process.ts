import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { ForgeLibrary } from '@forge-ml/core';

export interface LoggingOrder {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly way: LoggingWay;
  /** Which of the processes that work on the run this is: its points say so. */
  readonly life: number;
  /** Dies by itself, this many writes after so many ms, in the middle of one: with this share of its bytes written. */
  readonly dieInWrite?: { readonly after: number; readonly writes: number; readonly share: number };
}

export type LoggingWay = 'steadily' | 'in pairs' | 'without a turn' | 'flooding' | 'to the end';

/**
 * Logs by `run.log` until it is killed, and says on stdout what the test must know: `from STEP` it goes on,
 * `logged STEP TIME` after a point, `saved STEP`, `dying TIME`. Written at once to what must be a file: a kill loses none
 * of it, and no reader that is late holds it up. That it has begun it says to its parent.
 */
const { directory, argv, way, life, dieInWrite } = JSON.parse(process.argv[2]!) as LoggingOrder;
const write = fs.writeSync;
const tell = (line: string) => void write(1, `${line}\n`);

const forge = new ForgeLibrary({ directory, argv, warn: tell });
const experiment = await forge.config();
const built = await forge.build(experiment, await forge.loadData(experiment));
const run = await forge.initCheckpoint(experiment, built);
let { step } = run.from;
tell(`from ${step}`);

/** So many numbers that a write takes its time, and is cut by some of the kills. */
const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`value ${index}`, index / 7]));

function log(values = {}, toldEvery = 1): void {
  step++;
  run.log({ step, epoch: 0, split: 'train', values: { life, ...values } });
  if (step % toldEvery === 0) tell(`logged ${step} ${Date.now()}`);
}

async function save(): Promise<void> {
  const position = { step, data: { epoch: 0, batch: 0 } };
  await run.save(position);
  tell(`saved ${position.step}`);
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const ways: Readonly<Record<LoggingWay, () => Promise<void>>> = {
  async steadily() {
    for (;;) {
      log();
      if (step % 250 === 0) await save();
      await delay(1);
    }
  },
  async 'in pairs'() {
    for (;;) {
      log();
      log();
      await delay(1000);
    }
  },
  /** As where an engine computes on this thread, most of its steps being short. */
  async 'without a turn'() {
    for (;;) {
      log();
      sleep(step % 50 === 0 ? 400 : 5);
    }
  },
  async flooding() {
    for (;;) {
      for (let count = 0; count < 100; count++) log(wide, 10);
      await delay(3);
    }
  },
  async 'to the end'() {
    for (let count = 0; count < 100; count++) log();
    await run.finish('completed');
  },
};

function dieInLaterWrite({ writes, share }: NonNullable<LoggingOrder['dieInWrite']>): void {
  let left = writes;
  const writeSync = (descriptor: number, bytes: Uint8Array, offset?: number): number => {
    if (left-- > 0) return write(descriptor, bytes, offset);
    write(descriptor, bytes, 0, Math.ceil(bytes.length * share));
    tell(`dying ${Date.now()}`);
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  };
  Object.assign(fs, { writeSync });
  syncBuiltinESMExports();
}

for (let count = 0; count < 10; count++) log();
await save();
await new Promise((sent) => process.send!('begun', sent));
if (dieInWrite !== undefined) setTimeout(() => dieInLaterWrite(dieInWrite), dieInWrite.after);
await ways[way]();
