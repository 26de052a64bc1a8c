import type { ErrorCode } from '../../errors/forge-error.js';

/** What a run is doing: what to name where it never ends. */
export type PhaseName = 'load data' | 'build' | 'start' | 'read' | 'step' | 'evaluate' | 'save' | 'hook' | 'end';

export interface PhaseParts {
  /** What messages call the backend and the configs. */
  readonly backend: string;
  readonly data: string;
  readonly model: string;
  /** What does a step, where it is not the backend: `The body of the loop`. */
  readonly stepper?: string;
}

/** Where a run is. Entering a phase costs two assignments, so that every step can. */
export class RunPhase {
  #name: PhaseName = 'load data';
  #step = 0;

  constructor(private readonly parts: PhaseParts) {}

  /** @param step updates done so far */
  enter(name: PhaseName, step = 0): void {
    this.#name = name;
    this.#step = step;
  }

  get name(): PhaseName {
    return this.#name;
  }

  /** The code of the error where it never ends. */
  get code(): ErrorCode {
    if (this.#name === 'load data' || this.#name === 'read') return 'DATA_INVALID';
    return this.#name === 'step' && this.parts.stepper !== undefined ? 'USAGE' : 'BACKEND_INVALID';
  }

  /** A sentence that names what has not finished. */
  get unfinished(): string {
    const { backend, data, model, stepper = `The backend ${backend}` } = this.parts;
    const step = this.#step;
    const sentences: Readonly<Record<PhaseName, string>> = {
      'load data': `load of ${data} never finished.`,
      build: `Building the model never finished: the first batch of ${data}, load of ${model}, or the backend ${backend}.`,
      start: 'The start of the run never finished.',
      read: `The training data of ${data} never gave the batch after step ${step}.`,
      step: `${stepper} never finished step ${step + 1}.`,
      evaluate: `The evaluation at step ${step} never finished: the validation data of ${data}, or the backend ${backend}.`,
      save: `The backend ${backend} never finished the checkpoint at step ${step}.`,
      hook: `A hook never finished at step ${step}.`,
      end: 'The end of the run never finished.',
    };
    return sentences[this.#name];
  }

  /** The phase as part of a sentence: `in step 3`. */
  get during(): string {
    const step = this.#step;
    const words: Readonly<Record<PhaseName, string>> = {
      'load data': `in load of ${this.parts.data}`,
      build: 'while the model was built',
      start: 'before the first step',
      read: `while the batch after step ${step} was read`,
      step: `in step ${step + 1}`,
      evaluate: `in the evaluation at step ${step}`,
      save: `in the save at step ${step}`,
      hook: `in a hook at step ${step}`,
      end: 'at the end of the run',
    };
    return words[this.#name];
  }
}
