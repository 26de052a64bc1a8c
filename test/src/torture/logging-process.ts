import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { ForgeLibrary } from '@forge-ml/core';

export interface LoggingOrder {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly way: LoggingWay;
  /** The number of this process in the chain, which is logged with its points. */
  readonly life: number;
  /** Crashes during a write: so many writes after so many ms, with this share of the bytes written. */
  readonly crashInWrite?: { readonly after: number; readonly writes: number; readonly share: number };
}

export type LoggingWay = 'steadily' | 'in pairs' | 'blocking' | 'flooding' | 'to the end';

/**
 * Logs by `run.log` until it is killed. Reports on stdout: `from STEP` at the start, `logged STEP TIME` after a point,
 * `saved STEP`, `crashing TIME`. stdout must be a file: synchronous writes survive a kill, and no slow reader blocks them.
 * It sends a message to its parent once it has started.
 */
const { directory, argv, way, life, crashInWrite } = JSON.parse(process.argv[2]!) as LoggingOrder;
const write = fs.writeSync;
const report = (line: string) => void write(1, `${line}\n`);

const forge = new ForgeLibrary({ directory, argv, warn: report });
const experiment = await forge.config();
const built = await forge.build(experiment, await forge.loadData(experiment));
const run = await forge.initCheckpoint(experiment, built);
let { step } = run.from;
report(`from ${step}`);

/** Enough values that a write takes some time, and is interrupted by some of the kills. */
const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`value ${index}`, index / 7]));

function log(values = {}, reportEvery = 1): void {
  step++;
  run.log({ step, epoch: 0, split: 'train', values: { life, ...values } });
  if (step % reportEvery === 0) report(`logged ${step} ${Date.now()}`);
}

async function save(): Promise<void> {
  const position = { step, data: { epoch: 0, batch: 0 } };
  await run.save(position);
  report(`saved ${position.step}`);
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
  /** Like an engine that computes on this thread: the event loop never runs. */
  async blocking() {
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

function crashInLaterWrite({ writes, share }: NonNullable<LoggingOrder['crashInWrite']>): void {
  let left = writes;
  const writeSync = (descriptor: number, bytes: Uint8Array, offset?: number): number => {
    if (left-- > 0) return write(descriptor, bytes, offset);
    write(descriptor, bytes, 0, Math.ceil(bytes.length * share));
    report(`crashing ${Date.now()}`);
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  };
  Object.assign(fs, { writeSync });
  syncBuiltinESMExports();
}

for (let count = 0; count < 10; count++) log();
await save();
await new Promise((sent) => process.send!('started', sent));
if (crashInWrite !== undefined) setTimeout(() => crashInLaterWrite(crashInWrite), crashInWrite.after);
await ways[way]();
