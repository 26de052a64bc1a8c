import { adam } from '@forge-ml/backend-onnx';
import type { Batch, Engine, Stats, TrainSession } from '@forge-ml/core/plugin';
import type { ComparedModel } from './models.js';

export const rate = 1e-3;

/** Trains one model in turns with its reference. */
export class Trainer {
  readonly session: TrainSession;
  readonly #batches: readonly Batch[];
  #step = 0;

  private constructor(session: TrainSession, batches: readonly Batch[]) {
    this.session = session;
    this.#batches = batches;
  }

  static async open(engine: Engine, { model }: ComparedModel, batches: readonly Batch[]): Promise<Trainer> {
    const optimizer = adam(rate, { epsilon: 1e-8 });
    const session = await engine.build({ load: () => model(optimizer), sample: batches[0]!, seed: 0 });
    return new Trainer(session, batches);
  }

  /** Takes at least so many steps, as many at once as the session asks for. @returns their mean, ms */
  async fused(steps: number): Promise<number[]> {
    const start = performance.now();
    let taken = 0;
    while (taken < steps) taken += (await this.block(this.session.fused!.most)).length;
    return [(performance.now() - start) / taken];
  }

  /** Takes so many steps one by one. @returns their mean, ms */
  async single(steps: number): Promise<number[]> {
    const start = performance.now();
    for (let taken = 0; taken < steps; taken++) await this.one();
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

export function someBatches({ batch }: ComparedModel, count = 8): readonly Batch[] {
  return Array.from({ length: count }, (_, number) => batch(number));
}

/**
 * One sample of several steps. Steps that are taken in one run can only be timed together, so their reference is too:
 * else what the machine does beside would be in all of ours, and in few of the reference's.
 */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
