import type { Stats, TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { toyBackend } from '../../testing/toy-backend.js';
import type { ToyModel } from '../../testing/toy-model.js';
import type { LoopPosition, LoopRequest } from './loop-request.js';
import { trainLoop } from './train-loop.js';

export type Position = LoopPosition;

const start: Position = { step: 0, data: { epoch: 0, batch: 0 } };

/** Seven examples in batches of two: an epoch has four batches, the last one with one example. */
export function sevenExamples(): BatchDataset {
  const x = Array.from({ length: 7 }, (_, row) => [Math.sin(row), Math.cos(row)]);
  return fromArrays({ x, y: x.map(([a = 0, b = 0]) => [a - b]) })
    .shuffle(5)
    .batch(2);
}

export async function open(train: BatchDataset, changes: Partial<ToyModel> = {}): Promise<TrainSession> {
  const engine = await toyBackend.start({ searchFrom: [] });
  const first = await train.read({ epoch: 0, skip: 0 }).next();
  const load = () => ({
    kind: 'toy',
    inputs: 'x',
    targets: 'y',
    hidden: 3,
    learningRate: 0.1,
    momentum: 0.9,
    dropout: 0.3,
    ...changes,
  });
  return engine.build({ load, sample: first.value as never, seed: 3 });
}

interface Needed {
  readonly session: TrainSession;
  readonly train: BatchDataset;
  readonly onSave?: (position: Position) => Promise<void>;
}

/** Runs the loop and records its events in order. */
export async function run({ onSave, ...changes }: Partial<LoopRequest> & Needed) {
  const events: string[] = [];
  const logged: { step: number; epoch: number; split: string; values: Stats }[] = [];
  const saved: Position[] = [];
  const end = trainLoop({
    run: {
      log: (report) => {
        events.push(`${report.step} ${report.split}`);
        logged.push(report);
      },
      save: async (position) => {
        events.push(`${position.step} save`);
        // As stored in a checkpoint.
        saved.push(JSON.parse(JSON.stringify(position)));
        await onSave?.(position);
      },
    },
    from: start,
    limits: { steps: 10, epochs: Number.POSITIVE_INFINITY },
    reportEvery: 3,
    evalEvery: null,
    saveDue: () => false,
    hooks: {},
    ...changes,
  });
  // Tests inspect the events after a failure too.
  const outcome = await end.then(
    (value) => ({ end: value, error: undefined }),
    (error: unknown) => ({ end: undefined, error }),
  );
  return { ...outcome, events, logged, saved };
}
