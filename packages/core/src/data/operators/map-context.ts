import type { RandomStream } from '../../random/random-stream.js';

export interface MapContext {
  readonly epoch: number;
  /** The element's index in the epoch, as this map receives it. */
  readonly index: number;
  /** Random numbers for this element, a pure function of the map's seed, the epoch and the index. */
  readonly random: RandomStream;
}

/** Where an element is from. */
export interface ElementOrigin {
  readonly epoch: number;
  randomOf(index: number): RandomStream;
  /** Whether a function used the epoch or random numbers. */
  usedEpoch: boolean;
}

/** Notes whether the function uses what differs between epochs. */
export class ElementContext implements MapContext {
  readonly #origin: ElementOrigin;
  #random: RandomStream | undefined;

  constructor(
    readonly index: number,
    origin: ElementOrigin,
  ) {
    this.#origin = origin;
  }

  get epoch(): number {
    this.#origin.usedEpoch = true;
    return this.#origin.epoch;
  }

  get random(): RandomStream {
    this.#origin.usedEpoch = true;
    this.#random ??= this.#origin.randomOf(this.index);
    return this.#random;
  }

  /** For a function that runs elsewhere, which reports whether it uses them: the same without a note. */
  get origin(): ElementOrigin {
    return this.#origin;
  }
}
