import type { Stats } from '../backend/backend.js';
import { elements, type NamedTensors, tensor } from '../tensor/tensor-data.js';
import { afterEvaluation, freshMemory, type Plateau, type PlateauMemory } from './plateau.js';

/** What a plateau has seen, beside the tensors of the session: saved and restored as optimizer slots of their own. */
export class PlateauState {
  readonly #settings: Plateau;
  #memory: PlateauMemory;

  constructor(settings: Plateau) {
    this.#settings = settings;
    this.#memory = freshMemory(settings);
  }

  get scale(): number {
    return this.#memory.scale;
  }

  observe(stats: Stats): void {
    this.#memory = afterEvaluation(this.#settings, this.#memory, stats[this.#settings.metric] ?? Number.NaN);
  }

  /** float64, 0-d each. */
  capture(): NamedTensors {
    const { best, waited, scale } = this.#memory;
    return new Map(
      Object.entries({ best, waited, scale }).map(([name, value]) => {
        return [`forge/plateau/${name}`, tensor(Float64Array.of(value), [])] as const;
      }),
    );
  }

  /** @param optimizer a state that has been checked to hold what `capture` gave */
  restore(optimizer: NamedTensors): void {
    const number = (name: string) => Number(elements(optimizer.get(`forge/plateau/${name}`)!)[0]);
    this.#memory = { best: number('best'), waited: number('waited'), scale: number('scale') };
  }
}
