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

  /** Takes at least so many steps, as many at once as the session asks for. @returns ms a step, one for each of them */
  async fused(steps: number): Promise<number[]> {
    const intervals: number[] = [];
    while (intervals.length < steps) {
      const start = performance.now();
      const numbers = await this.block(this.session.fused!.most);
      const each = (performance.now() - start) / numbers.length;
      intervals.push(...numbers.map(() => each));
    }
    return intervals;
  }

  /** @returns ms of each step, taken by itself */
  async single(steps: number): Promise<number[]> {
    const intervals: number[] = [];
    while (intervals.length < steps) {
      const start = performance.now();
      await this.one();
      intervals.push(performance.now() - start);
    }
    return intervals;
  }

  async one(): Promise<Stats> {
    const step = this.#step++;
    return this.session.step(this.#batch(step), { step, wanted: true });
  }

  async block(steps: number): Promise<readonly Stats[]> {
    const step = this.#step;
    this.#step += steps;
    const batches = Array.from({ length: steps }, (_, index) => this.#batch(step + index));
    return this.session.fused!.steps(batches, { step, wanted: true });
  }

  #batch(step: number): Batch {
    return this.#batches[step % this.#batches.length]!;
  }
}

export function someBatches({ batch }: ComparedModel, count = 8): readonly Batch[] {
  return Array.from({ length: count }, (_, number) => batch(number));
}
