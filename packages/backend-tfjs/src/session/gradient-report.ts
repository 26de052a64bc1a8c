import type { ParameterGradient } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Gradients } from '../optimizers/clip-gradients.js';
import type { Trainable } from '../optimizers/updater.js';
import { fromTensor } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';
import type { Download } from './step-numbers.js';

/** Collects what an update reports about its gradients. Call inside an engine scope, in the order of the methods. */
export class UpdateReport {
  readonly #tf: Tf;
  readonly #parameters: readonly Trainable[];
  readonly #before: readonly tfjs.Tensor[];
  readonly #download: Download;
  #gradients: Gradients = [];

  constructor(tf: Tf, parameters: readonly Trainable[], download: Download) {
    this.#tf = tf;
    this.#parameters = parameters;
    this.#before = parameters.map(({ variable }) => variable.clone());
    this.#download = download;
  }

  /** Keeps the gradients, which live only during the update. */
  readonly keep = (gradients: Gradients): void => {
    this.#gradients = gradients.map((gradient) => gradient && this.#tf.keep(gradient.clone()));
  };

  /** Adds what it knows after the update. */
  addTo(report: Map<string, ParameterGradient>): void {
    this.#download(() => {
      for (const [index, { name, variable }] of this.#parameters.entries()) {
        const gradient = this.#gradients[index];
        if (!gradient) continue;
        const before = this.#before[index]!.dataSync();
        const after = variable.dataSync();
        report.set(name, {
          gradient: fromTensor(this.#tf, gradient),
          parameterNorm: norm(before),
          updateNorm: norm(after, before),
        });
      }
    });
  }

  dispose(): void {
    this.#tf.dispose(this.#gradients.filter((gradient) => gradient !== null));
  }
}

/** The Euclidean norm, or distance, in double precision. */
function norm(values: ArrayLike<number>, from?: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index]! - (from?.[index] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
