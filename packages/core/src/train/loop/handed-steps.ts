import type { Stats, StepRequest, TrainSession } from '../../backend/backend.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type { LoopSession } from './loop-request.js';

/** A step that the training loop waits for while a body outside of it does it. */
export interface HandedStep {
  readonly batch: Batch;
  readonly request: StepRequest;
  /** What the body logs. */
  stats: Stats;
  /** Whether the session has done the update. */
  done: boolean;
  /** The call of the session's `step`, if there was one. */
  call: Promise<void> | undefined;
  /** What that call failed with. */
  failure: { readonly cause: unknown } | undefined;
}

/**
 * Turns the training loop inside out: the loop calls `session.step`, whose work is done by a `for await` body that gets
 * the batch from `next`. Everything else is the real session's.
 */
export class HandedSteps {
  readonly session: LoopSession;
  readonly #real: TrainSession;
  #current: (HandedStep & { resolve(stats: Stats): void; reject(cause: unknown): void }) | undefined;
  #deliver: ((step: HandedStep) => void) | undefined;

  constructor(session: TrainSession) {
    this.#real = session;
    const steps = this;
    this.session = {
      step: (batch, request) => this.#hand(batch, request),
      evaluate: (batch, request) => session.evaluate(batch, request),
      predict: (inputs) => session.predict(inputs),
      settle: session.settle?.bind(session),
      observe: session.observe?.bind(session),
      learningRate: session.learningRate?.bind(session),
      get intact() {
        return steps.#current?.call === undefined || session.intact === true;
      },
    };
  }

  /** The step that the body has. */
  get current(): HandedStep | undefined {
    return this.#current;
  }

  /** Resolves with the next step that the loop asks for. */
  next(): Promise<HandedStep> {
    return new Promise((resolve) => {
      this.#deliver = resolve;
    });
  }

  /** Tells the loop that the current step is done. */
  finish(): void {
    const current = this.#current;
    this.#current = undefined;
    current?.resolve(current.stats);
  }

  /** Tells the loop that the current step was not done. */
  fail(cause: unknown): void {
    this.#current?.reject(cause);
  }

  /**
   * Notes which steps the body does with the real session.
   * @returns ends that
   */
  watch(): () => void {
    const real = this.#real;
    if (!Object.isExtensible(real)) return () => undefined;
    const { step } = real;
    real.step = (batch, request) => {
      const { current } = this;
      if (current === undefined) return step.call(real, batch, request);
      const doing = (async () => step.call(real, batch, asking(current.request, request)))();
      current.call = doing.then(
        () => {
          current.done = true;
          current.failure = undefined;
        },
        (cause: unknown) => {
          current.failure = { cause };
        },
      );
      return doing;
    };
    return () => {
      real.step = step;
    };
  }

  #hand(batch: Batch, request: StepRequest): Promise<Stats> {
    return new Promise((resolve, reject) => {
      const step = { batch, request, stats: {}, done: false, call: undefined, failure: undefined };
      this.#current = { ...step, resolve, reject };
      this.#deliver?.(this.#current);
    });
  }
}

/** The request of the body, with what the loop wants to know of the step. */
function asking({ onGradients, onSpan }: StepRequest, request: StepRequest): StepRequest {
  return onGradients === undefined && onSpan === undefined ? request : { onGradients, onSpan, ...request };
}
