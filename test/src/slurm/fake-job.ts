import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SlurmFlags, slurmLauncher } from './flags.js';

/** A line of a batch's file. */
export interface FakeJob {
  /** How many steps it has done, saved on a signal. */
  readonly saved: string;
  /** A line for each start, step and stop. */
  readonly events: string;
  /** Of 0.1 s. */
  readonly steps: number;
  readonly flags: Partial<SlurmFlags>;
}

const [, , , file, index] = process.argv;
const { saved, events, steps, flags } = JSON.parse(readFileSync(file!, 'utf8').split('\n')[Number(index)]!) as FakeJob;
const note = (event: string) => appendFileSync(events, `${event}\n`);

let stop: NodeJS.Signals | undefined;
const control = await (await slurmLauncher(flags)).inJob!();
for (const signal of ['SIGTERM', ...control.signals] as const) process.on(signal, () => (stop ??= signal));

note(`start ${control.restart}`);
let step = existsSync(saved) ? Number(readFileSync(saved, 'utf8')) : 0;
while (step < steps && stop === undefined) {
  note(`step ${step++}`);
  await sleep(100);
}
writeFileSync(saved, String(step));
if (step < steps && stop !== undefined) {
  note(`${stop} ${await control.interrupted(stop)}`);
  process.exit(1);
}
note('end');
process.exit(0);
