import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPlugin, writeToyProject } from '@forge-ml/core/testing';

/**
 * A launcher whose jobs take FORGE_BENCH_JOB_MS of real time and no work: then their record file says that the trial is
 * completed. At its end it writes `usage.json`: what the process, the sweep's controller, needed.
 */
const module = `
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

const ms = Number(process.env.FORGE_BENCH_JOB_MS);
const running = new Map();
let wake = () => {};
let jobs = 0;

function end(id, { trial, record, attempt }) {
  const { learningRate, momentum } = trial.flags;
  const value = Math.log10(learningRate / 0.01) ** 2 + (momentum - 0.8) ** 2;
  const process = { host: hostname(), pid: 1, startTime: 0 };
  const run = { experiment: trial.sweep.split('/').at(-1), number: trial.trial };
  const result = { status: 'completed', reason: null, values: [value], step: 1, epoch: 1, seconds: ms / 1000 };
  writeFileSync(record, JSON.stringify({ attempt, restart: 0, process, run, result }));
  running.delete(id);
  wake();
}

const launcher = {
  port: 2,
  slots: 16,
  async submit({ command, count }) {
    const lines = readFileSync(command.at(-1), 'utf8').split('\\n').filter(Boolean);
    return lines.slice(0, count).map((line) => {
      const id = String(++jobs);
      running.set(id, setTimeout(end, ms, id, JSON.parse(line)));
      return id;
    });
  },
  find: async () => null,
  query: async (ids) => ids.map((id) => ({ state: running.has(id) ? 'running' : 'ended', status: running.has(id) ? null : 0, reason: null })),
  async cancel(ids) { for (const id of ids) { clearTimeout(running.get(id)); running.delete(id); } },
  attach: async () => ({ status: 0 }),
  changed: (signal) => new Promise((resolve) => {
    wake = () => { signal.removeEventListener('abort', wake); resolve(); };
    signal.addEventListener('abort', wake);
  }),
};
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync('usage.json', JSON.stringify({ rssMiB: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
});
export default { port: 1, launchers: { simulated: () => launcher } };
`;

/** Writes a toy project in which `forge sweep --launcher simulated` works. */
export async function writeSimulatedProject(folder: string): Promise<void> {
  await writeToyProject(folder);
  await installPlugin(folder, { name: 'simulated-launcher', forge: { launchers: ['simulated'] }, module });
}

/** The words of a sweep of simulated trials. */
export function simulatedSweep(name: string, method: string, trials: number): string[] {
  return [
    ...['sweep', '--name', name, '--method', method, '--trials', String(trials), '--minimize', 'valid.loss'],
    ...[
      '--space',
      'learningRate=log(1e-4..1)',
      '--space',
      'momentum=0..0.99',
      '--launcher',
      'simulated',
      '--workers',
      '16',
    ],
    ...['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts', '--steps', '1'],
  ];
}

export function usageIn(folder: string): { readonly rssMiB: number; readonly cpuSeconds: number } {
  return JSON.parse(readFileSync(join(folder, 'usage.json'), 'utf8'));
}
