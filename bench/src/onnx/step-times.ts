import { join } from 'node:path';
import type { Engine } from '@forge-ml/core/plugin';
import { inBenchFolder } from '../bench-folder.js';
import { interleave, median } from '../benchmark.js';
import type { Answer } from '../python-process.js';
import type { Trained } from './models.js';
import type { Rival } from './rivals.js';
import { writeSafetensors } from './safetensors-file.js';
import { rate, someBatches, Trainer } from './trainer.js';

export interface StepTimes {
  /** Milliseconds of a step, the median of all samples. */
  readonly forge: number;
  readonly rivals: readonly { readonly name: string; readonly time: number }[];
  /** What did not work, with the reason. */
  readonly failed: readonly string[];
}

export interface Measurement {
  readonly model: Trained;
  /** How the Python side finds the model. */
  readonly named: Answer;
  readonly engine: Engine;
  readonly rivals: readonly Rival[];
  /** Samples of each. */
  readonly rounds: number;
  /** How many losses from the first step on must agree. Default: 1. */
  readonly losses?: number;
}

/** About as long as one sample takes, ms. */
const sampleTime = 150;
/** In losses of the same weights and batches: rounding is far less, another model far more. */
const mostDifference = 1e-3;

/** The time of an Adam step in Forge and in other libraries, from the same weights and batches, taking turns. */
export function stepTimes({ model, named, engine, rivals, rounds, losses = 1 }: Measurement): Promise<StepTimes> {
  return inBenchFolder(async (folder) => {
    const batches = someBatches(model);
    const trainer = await Trainer.open(engine, model, batches);
    const weights = join(folder, 'weights.safetensors');
    writeSafetensors(weights, (await trainer.session.capture()).parameters);
    const paths = batches.map((batch, number) => {
      const path = join(folder, `batch-${number}.safetensors`);
      writeSafetensors(path, Object.entries(batch));
      return path;
    });
    const own: number[] = [];
    for (let done = 0; done < losses; done++) own.push((await trainer.one()).loss!);
    const request = { ...named, weights, batches: paths, rate: model.rate ?? rate, steps: losses };
    const { ready, failed } = await prepare(rivals, request, own);
    const steps = await stepsOfSample(trainer);
    const contenders: Record<string, () => Promise<readonly number[]>> = Object.fromEntries(
      ready.map(({ name, mode, process }) => [
        name,
        async () => [(await process.ask({ do: 'timed', mode, steps })).milliseconds as number],
      ]),
    );
    const samples = await interleave<string>(rounds, { forge: () => trainer.train(steps), ...contenders });
    await trainer.session.dispose();
    for (const process of new Set(rivals.map((rival) => rival.process))) await process.ask({ do: 'forget' });
    return {
      forge: median(samples.forge!),
      rivals: ready.map(({ name }) => ({ name, time: median(samples[name]!) })),
      failed,
    };
  });
}

/** Builds and compiles the models of the rivals. @param losses of the first steps in Forge */
async function prepare(rivals: readonly Rival[], request: Answer, losses: readonly number[]) {
  const ready: Rival[] = [];
  const failed: string[] = [];
  for (const rival of rivals) {
    try {
      const answer = await rival.process.ask({ do: 'prepare', mode: rival.mode, ...request });
      const others = answer.losses as readonly number[];
      if (!losses.every((loss, at) => Math.abs(others[at]! - loss) <= mostDifference * loss)) {
        throw new Error(
          `its first losses are ${others.join(', ')}, those of Forge ${losses.join(', ')}: not the same model`,
        );
      }
      ready.push(rival);
    } catch (error) {
      failed.push(`${rival.name}: ${(error as Error).message}`);
    }
  }
  return { ready, failed };
}

async function stepsOfSample(trainer: Trainer): Promise<number> {
  await trainer.train(2);
  const [time] = await trainer.train(2);
  return Math.max(1, Math.round(sampleTime / time!));
}
