import { type Benchmark, median } from '../benchmark.js';
import { inProcess, mebibytes } from './child.js';
import type { Recomputed, RecomputeRequest } from './recompute-process.js';

const rounds = 3;
const steps = 12;
const what = 'transformer of 12 blocks × 128, 8 × 128 tokens';

/** Gradient checkpointing beside a training that stores everything: new processes, alternately. */
export const recompute: Benchmark = {
  name: 'recompute',
  async run() {
    const stored: Recomputed[] = [];
    const again: Recomputed[] = [];
    for (let round = 0; round < rounds; round++) {
      stored.push(await train({ recompute: null, steps }));
      again.push(await train({ recompute: 'blocks', steps }));
    }
    const of = (all: readonly Recomputed[], key: 'activations' | 'step') => median(all.map((one) => one[key]));
    const [activations, fewer] = [of(stored, 'activations'), of(again, 'activations')];
    const [time, longer] = [of(stored, 'step'), of(again, 'step')];
    const losses = new Set([...stored, ...again].map((one) => String(one.losses)));
    return [
      {
        what: `${what}: memory of a step with recompute ÷ without`,
        value: fewer / activations,
        unit: '×',
        bar: { relation: '<=', value: 0.5 },
        detail: `${mebibytes(fewer)} and ${mebibytes(activations)}; median of ${rounds} processes each`,
      },
      {
        what: `${what}: processor time of a step with recompute ÷ without`,
        value: longer / time,
        unit: '×',
        bar: { relation: '<=', value: 1.35 },
        detail: `${longer.toFixed(1)} and ${time.toFixed(1)} ms`,
      },
      {
        what: `${what}: different losses of ${steps} steps`,
        value: losses.size - 1,
        unit: '',
        bar: { relation: '<=', value: 0 },
        detail: `of ${2 * rounds} trainings`,
      },
    ];
  },
};

function train(request: RecomputeRequest): Promise<Recomputed> {
  return inProcess('recompute-process.js', request);
}
