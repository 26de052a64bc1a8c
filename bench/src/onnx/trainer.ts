import { adam } from '@forge-ml/backend-onnx';
import type { Batch, Engine, Stats, TrainSession } from '@forge-ml/core/plugin';
import type { Trained } from './models.js';

export const rate = 1e-3;

/** Trains one model, alternately with its reference. */
export class Trainer {
  readonly session: TrainSession;
  readonly #batches: readonly Batch[];
  #step = 0;

  private constructor(session: TrainSession, batches: readonly Batch[]) {
    this.session = session;
    this.#batches = batches;
  }

  static async open(engine: Engine, { model, rate: own = rate }: Trained, batches: readonly Batch[]): Promise<Trainer> {
    const optimizer = adam(own, { epsilon: 1e-8 });
    const session = await engine.build({ load: () => model(optimizer), sample: batches[0]!, seed: 0 });
    return new Trainer(session, batches);
  }

  /** As a run trains: in blocks of steps where the session has them. @returns the mean time of a step, ms */
  train(steps: number): Promise<number[]> {
    return this.session.fused === undefined ? this.single(steps) : this.fused(steps);
  }

  /** Trains at least a number of steps, in the largest blocks of the session. @returns the mean time of a step, ms */
  async fused(steps: number): Promise<number[]> {
    const start = performance.now();
    let done = 0;
    while (done < steps) done += (await this.block(this.session.fused!.most)).length;
    return [(performance.now() - start) / done];
  }

  /** Trains a number of single steps. @returns the mean time of a step, ms */
  async single(steps: number): Promise<number[]> {
    const start = performance.now();
    for (let done = 0; done < steps; done++) await this.one();
    return [(performance.now() - start) / steps];
  }

  async one(): Promise<Stats> {
    const step = this.#step++;
    return this.session.step(this.#batch(step), { step, metrics: true });
  }

  async block(steps: number): Promise<readonly Stats[]> {
    const step = this.#step;
    this.#step += steps;
    const batches = Array.from({ length: steps }, (_, index) => this.#batch(step + index));
    return this.session.fused!.steps(batches, { step, metrics: true });
  }

  #batch(step: number): Batch {
    return this.#batches[step % this.#batches.length]!;
  }
}

export function someBatches({ batch }: Trained, count = 8): readonly Batch[] {
  return Array.from({ length: count }, (_, number) => batch(number));
}

/**
 * The mean of several steps as one sample. Fused steps can only be timed together, so the reference is too; otherwise other
 * load on the machine would affect all samples of one and few of the other.
 */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
