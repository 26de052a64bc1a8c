import { elements, ForgeError, type NamedTensors, type Stats, tensor } from '@forge-ml/core/plugin';

/** How a loss scale changes. */
export interface LossScaleSettings {
  /** Before the first step. Default: 65536. */
  readonly initialScale: number;
  /** What the scale is multiplied by after `growthInterval` updates. Default: 2. */
  readonly growthFactor: number;
  /** What it is multiplied by after a skipped update. Default: 0.5. */
  readonly backoffFactor: number;
  /** Updates in a row with finite gradients before the scale grows. Default: 2000. */
  readonly growthInterval: number;
}

/** Those of `torch.amp.GradScaler` (https://docs.pytorch.org/docs/stable/amp.html#gradient-scaling). */
export const lossScaleDefaults: LossScaleSettings = {
  initialScale: 65_536,
  growthFactor: 2,
  backoffFactor: 0.5,
  growthInterval: 2000,
};

/** As fairseq's `--min-loss-scale`: with a smaller one, something other than the scale makes gradients infinite. */
export const minLossScale = 1e-4;

/**
 * Dynamic loss scaling: what the loss is multiplied by, so that small gradients are not 0 in float16. An update whose
 * gradients are not finite is skipped. It changes as `torch.amp.GradScaler` does, and is saved and restored as additional
 * optimizer slots.
 */
export class LossScale {
  readonly #settings: LossScaleSettings;
  readonly #update: string | undefined;
  #scale: number;
  #goodSteps = 0;
  #skipped = 0;

  /** @param update the name of the update that it belongs to, if the model has several */
  constructor(settings: LossScaleSettings, update?: string) {
    this.#settings = settings;
    this.#update = update;
    this.#scale = Math.fround(settings.initialScale);
  }

  get scale(): number {
    return this.#scale;
  }

  /** Updates that were skipped so far. */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * Follows an update.
   * @param finite whether its gradients were finite; otherwise it was skipped
   * @throws ForgeError LOSS_NOT_FINITE where no smaller scale can help; then nothing has changed
   */
  after(finite: boolean): void {
    const { growthFactor, backoffFactor, growthInterval } = this.#settings;
    if (!finite) {
      const scale = Math.fround(this.#scale * backoffFactor);
      if (scale < minLossScale) throw atMinimum(scale);
      this.#scale = scale;
      this.#goodSteps = 0;
      this.#skipped++;
      return;
    }
    if (++this.#goodSteps < growthInterval) return;
    this.#goodSteps = 0;
    const grown = Math.fround(this.#scale * growthFactor);
    if (Number.isFinite(grown)) this.#scale = grown;
  }

  /** `lossScale` and `skippedSteps`, with the name of the update. */
  get gauges(): Stats {
    const end = this.#update === undefined ? '' : `.${this.#update}`;
    return { [`lossScale${end}`]: this.#scale, [`skippedSteps${end}`]: this.#skipped };
  }

  /** Float64 scalars. */
  capture(): NamedTensors {
    const state = { scale: this.#scale, goodSteps: this.#goodSteps, skipped: this.#skipped };
    const entries = Object.entries(state).map(([name, value]) => {
      return [this.#nameOf(name), tensor(Float64Array.of(value), [])] as const;
    });
    return new Map(entries);
  }

  /** @param optimizer slots that were checked to contain those of `capture` */
  restore(optimizer: NamedTensors): void {
    const number = (name: string) => Number(elements(optimizer.get(this.#nameOf(name))!)[0]);
    this.#scale = number('scale');
    this.#goodSteps = number('goodSteps');
    this.#skipped = number('skipped');
  }

  #nameOf(name: string): string {
    return this.#update === undefined ? `forge/lossScale/${name}` : `forge/lossScale/${this.#update}/${name}`;
  }
}

function atMinimum(scale: number): ForgeError {
  const message = `The gradients are not finite at any loss scale: it would fall to ${scale}, below ${minLossScale}.`;
  return new ForgeError('LOSS_NOT_FINITE', message, {
    about: 'lossScale',
    hint: 'Lower the learning rate, clip the gradients, check the data around this step, or train in float32.',
  });
}
