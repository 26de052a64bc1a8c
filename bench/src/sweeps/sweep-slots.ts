import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inBenchFolder } from '../bench-folder.js';
import type { Benchmark, Row } from '../benchmark.js';
import { simulatedSweep, usageIn, writeSimulatedProject } from './simulated-launcher.js';
import { forge, timeNode } from './sweep-process.js';

const slots = 16;

/** Trials of exactly one second on 16 slots, and the controller's real journal: what a sweep takes beyond them. */
async function slotRows(trials: number, methods: readonly string[]): Promise<Row[]> {
  return inBenchFolder(async (folder) => {
    await writeSimulatedProject(folder);
    const rows: Row[] = [];
    for (const method of methods) {
      rmSync(join(folder, 'results'), { recursive: true, force: true });
      const words = [forge, ...simulatedSweep('slots', method, trials)];
      const seconds = await timeNode(words, folder, { FORGE_BENCH_JOB_MS: '1000' });
      const { rssMiB, cpuSeconds } = usageIn(folder);
      const ideal = Math.ceil(trials / slots);
      rows.push({
        what: `${trials} trials of one second on ${slots} slots, ${method}: time beyond the trials'`,
        value: (seconds / ideal - 1) * 100,
        unit: '%',
        bar: { relation: '<=', value: 5 },
        detail: `${seconds.toFixed(1)} s, the trials ${ideal} s; the controller: ${cpuSeconds.toFixed(1)} s of CPU time, at most ${rssMiB.toFixed(0)} MiB`,
      });
    }
    return rows;
  });
}

export const sweepSlots: Benchmark = {
  name: 'sweep-slots',
  run: () => slotRows(1600, ['random', 'tpe']),
};

/** 21 minutes. */
export const sweepSlots10000: Benchmark = {
  name: 'sweep-slots-10000',
  onlyByName: true,
  run: () => slotRows(10_000, ['random', 'tpe']),
};
