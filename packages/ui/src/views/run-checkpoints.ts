import { listCheckpoints, type MarkedCheckpoint, markBest } from '@forge-ml/core/manage';
import { messageOf, type RunRecord } from '@forge-ml/core/runs';
import type { RunCheckpoint } from '../protocol/run-view.js';
import { boundedText } from './bounded.js';

export interface RunCheckpoints {
  readonly all: readonly RunCheckpoint[];
  /** Whether one of them is what the address `best` means. */
  readonly hasBest: boolean;
}

export const noCheckpoints: RunCheckpoints = { all: [], hasBest: false };

/** The checkpoints of a run, by their manifests: their files are not read. @throws ForgeError FILE_SYSTEM */
export async function checkpointsOf(run: string, directions: RunRecord['directions']): Promise<RunCheckpoints> {
  const listed = await listCheckpoints(run, { sizes: true });
  return { all: markBest(listed, directions).map(shownCheckpoint), hasBest: listed.some(({ best }) => best) };
}

function shownCheckpoint({ step, epoch, time, bytes, damage, bestBy, metrics }: MarkedCheckpoint): RunCheckpoint {
  const values = Object.entries(metrics).flatMap(([split, stats]) =>
    Object.entries(stats).map(([name, value]) => [`${split}.${name}`, value] as const),
  );
  return {
    ...{ step, epoch, bytes, bestBy },
    time: time === null ? null : Date.parse(time),
    state: damage === null ? 'unverified' : 'corrupt',
    problem: damage === null ? null : boundedText(damage),
    metrics: Object.fromEntries(values),
  };
}

/** The newest one that nothing wrong is known of. */
export function newestUsable({ all }: RunCheckpoints): RunCheckpoint | undefined {
  return all.findLast(({ state }) => state !== 'corrupt');
}

/** The same with what a closer look at one of them has found. */
export function markCorrupt({ all, hasBest }: RunCheckpoints, step: number, error: unknown): RunCheckpoints {
  const problem = boundedText(messageOf(error));
  return { all: all.map((one) => (one.step === step ? { ...one, state: 'corrupt', problem } : one)), hasBest };
}
