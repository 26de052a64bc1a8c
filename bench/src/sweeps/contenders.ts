import { fileURLToPath } from 'node:url';
import { makeTpe, type ParameterValues, type Sampler, type Space, type TpeOptions } from '@forge-ml/core/plugin';
import type { PythonProcess } from '../python-process.js';

export const optunaScript = fileURLToPath(new URL('../../optuna/optuna_side.py', import.meta.url));

/** A sampler that is asked for one trial at a time, and minimizes. */
export interface Contender {
  start(space: Space, seed: number): Promise<void>;
  ask(trial: number): Promise<{ readonly values: ParameterValues; readonly seconds: number }>;
  tell(trial: number, values: ParameterValues, value: number): Promise<void>;
}

export class Forge implements Contender {
  #sampler!: Sampler;

  async start(space: Space, seed: number, options: TpeOptions = {}): Promise<void> {
    this.#sampler = makeTpe({ space, seed, directions: ['min'], options: { ...options } });
  }

  async ask(trial: number) {
    const started = performance.now();
    const values = this.#sampler.ask(trial)!;
    return { values, seconds: (performance.now() - started) / 1000 };
  }

  async tell(trial: number, parameters: ParameterValues, value: number): Promise<void> {
    this.#sampler.tell({ trial, parameters, state: 'completed', values: [value], trained: null });
  }
}

export class Optuna implements Contender {
  readonly #python: PythonProcess;

  constructor(python: PythonProcess) {
    this.#python = python;
  }

  async start(space: Space, seed: number): Promise<void> {
    await this.#python.ask({ do: 'start', space, seed });
  }

  async ask(trial: number) {
    const { values, seconds } = await this.#python.ask({ do: 'ask', trial });
    return { values: values as ParameterValues, seconds: seconds as number };
  }

  async tell(trial: number, _: ParameterValues, value: number): Promise<void> {
    await this.#python.ask({ do: 'tell', trial, value });
  }
}
