import type { Stats } from '../backend/backend.js';
import { elements, type NamedTensors, tensor } from '../tensor/tensor-data.js';
import { afterEvaluation, freshMemory, type Plateau, type PlateauMemory } from './plateau.js';

/** The state of a plateau, saved and restored as additional optimizer slots. */
export class PlateauState {
  readonly #settings: Plateau;
  readonly #prefix: string;
  #memory: PlateauMemory;

  /** @param update the name of the update whose optimizer it belongs to, if the model has several */
  constructor(settings: Plateau, update?: string) {
    this.#prefix = update === undefined ? 'forge/plateau' : `forge/plateau/${update}`;
    this.#settings = settings;
    this.#memory = freshMemory(settings);
  }

  get scale(): number {
    return this.#memory.scale;
  }

  observe(stats: Stats): void {
    this.#memory = afterEvaluation(this.#settings, this.#memory, stats[this.#settings.metric] ?? Number.NaN);
  }

  /** Float64 scalars. */
  capture(): NamedTensors {
    const { best, waited, scale } = this.#memory;
    return new Map(
      Object.entries({ best, waited, scale }).map(([name, value]) => {
        return [`${this.#prefix}/${name}`, tensor(Float64Array.of(value), [])] as const;
      }),
    );
  }

  /** @param optimizer slots that were checked to contain those of `capture` */
  restore(optimizer: NamedTensors): void {
    const number = (name: string) => Number(elements(optimizer.get(`${this.#prefix}/${name}`)!)[0]);
    this.#memory = { best: number('best'), waited: number('waited'), scale: number('scale') };
  }
}
