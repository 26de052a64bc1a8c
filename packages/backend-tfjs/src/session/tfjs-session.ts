import {
  type Batch,
  type DType,
  type EvaluateRequest,
  ForgeError,
  type ParameterInfo,
  type RandomStream,
  type SessionState,
  type Stats,
  type StepRequest,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { type IndexRange, requireInRange } from '../model/index-ranges.js';
import type { StepContext, TfjsBatch } from '../model/tfjs-model.js';
import { disposeVariables, withRegistry } from '../tf/variable-registry.js';
import { CallSpans } from './call-spans.js';
import { evaluateModel } from './evaluation.js';
import { outputsOf } from './forward.js';
import { learningRateAt } from './learning-rate.js';
import { readOutputs } from './outputs.js';
import { withSeededRandom } from './seeded-random.js';
import { captureSession, restoreSession } from './session-state.js';
import { stepContext } from './step-context.js';
import { readDirectly } from './step-numbers.js';
import { type StepEvents, type StepParts, trainStep } from './train-step.js';
import { withTensors } from './with-tensors.js';

export interface SessionParts extends StepParts {
  /** All of the model's variables by name. */
  readonly variables: ReadonlyMap<string, tfjs.Variable>;
  /** Variables that no step changes, whatever the model's functions do. */
  readonly frozen: ReadonlySet<tfjs.Variable>;
  /** Arrays of the data that the model uses as indices. */
  readonly ranges: readonly IndexRange[];
  readonly labels: readonly string[] | undefined;
  readonly warnings: readonly string[];
  readonly random: RandomStream;
}

/** A model on TensorFlow.js, ready to train. Every step is a pure function of state, batch, seed and step. */
export class TfjsSession implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  readonly warnings: readonly string[];
  readonly labels?: readonly string[];
  readonly observe?: (stats: Stats) => void;
  readonly #parts: SessionParts;
  /** What a failed step restores. */
  readonly #restored: readonly tfjs.Variable[];
  #updating = false;
  readonly #onChange = (changing: boolean): void => {
    this.#updating = changing;
  };
  /** Other tensors that the build made, which live as long as the session. */
  #owned: readonly (tfjs.Tensor | tfjs.Variable)[] = [];

  constructor(parts: SessionParts) {
    const { model, variables, updates, average, labels } = parts;
    this.#parts = parts;
    this.artefacts = model.artefacts ?? {};
    this.warnings = [...parts.warnings, ...updates.flatMap(({ updater }) => updater.warnings)];
    if (labels !== undefined) this.labels = labels;
    const plateaus = updates.flatMap(({ updater }) => updater.plateau ?? []);
    if (plateaus.length > 0) {
      this.observe = (stats) => {
        for (const plateau of plateaus) plateau.observe(stats);
      };
    }
    const trained = new Set(updates.flatMap((update) => update.variables));
    const all = [...variables.values()];
    const slots = updates.flatMap(({ updater }) => [...updater.slots.values()]);
    // With a single update, all of the model's code runs before the parameters change.
    this.#restored =
      updates.length === 1
        ? all.filter((variable) => !trained.has(variable))
        : [...all, ...slots, ...(average?.variables.values() ?? [])];
    this.parameters = Array.from(variables, ([name, variable]) => ({
      name,
      dtype: variable.dtype as DType,
      shape: variable.shape,
      trainable: trained.has(variable),
    }));
  }

  /** Takes ownership of what the build made, to dispose it with the session. */
  own(owned: readonly (tfjs.Tensor | tfjs.Variable)[]): void {
    this.#owned = owned;
  }

  step(batch: Batch, request: StepRequest): Stats {
    const { onOutputs, onGradients, onSpan } = request;
    const spans = onSpan && new CallSpans(this.#parts.tf, onSpan);
    let thrown: { readonly error: unknown } | undefined;
    const receive = (outputs: Batch): void => {
      try {
        onOutputs?.(outputs, 0);
      } catch (error) {
        thrown = { error };
        throw error;
      }
    };
    const events: StepEvents = {
      onChange: this.#onChange,
      download: spans?.download ?? readDirectly,
      onOutputs: onOutputs && receive,
    };
    const train = (tensors: TfjsBatch) => trainStep(this.#parts, tensors, request, events);
    try {
      const { stats, gradients } = this.#run(batch, (tensors) => this.#undoIfFailed(() => train(tensors)), spans);
      spans?.end();
      if (gradients !== undefined) {
        // The step is done: if this throws, the state is not that of the earlier steps.
        this.#updating = true;
        onGradients?.(gradients);
        this.#updating = false;
      }
      return stats;
    } catch (error) {
      // An error of the receiver, which is not to be explained as one of the model.
      throw thrown === undefined ? error : thrown.error;
    }
  }

  /** A model's own code throws before the first change, or changes are undone; a failed update may be incomplete. */
  get intact(): boolean {
    return !this.#updating;
  }

  learningRate(step: number): number | Readonly<Record<string, number>> | undefined {
    return learningRateAt(this.#parts.updates, step);
  }

  evaluate(batch: Batch, { weights, onOutputs }: EvaluateRequest = {}): Stats {
    const { average } = this.#parts;
    if (weights === 'ema' && average === undefined) {
      throw new ForgeError('ABILITY_MISSING', 'This session has no moving average of its parameters.', {
        about: 'weights',
        hint: 'Build it with ema, the decay of the average, such as 0.999.',
      });
    }
    const { stats, outputs } = this.#inference(batch, (tensors, context) => {
      const evaluate = () => evaluateModel(this.#parts, tensors, context, onOutputs !== undefined);
      return weights === 'ema' && average !== undefined ? average.inPlaceOfParameters(evaluate) : evaluate();
    });
    if (outputs !== undefined) onOutputs?.(outputs);
    return stats;
  }

  predict(inputs: Batch): Batch {
    const { tf, model } = this.#parts;
    if (model.predict === undefined) {
      throw new ForgeError('ABILITY_MISSING', 'This model has no predict, only a loss.', {
        about: 'predict',
        hint: 'Give the model a predict: (batch) => outputs.',
      });
    }
    return this.#inference(inputs, (tensors, context) => readOutputs(tf, outputsOf(tf, model, tensors, context)));
  }

  capture(memory?: SessionState): SessionState | Promise<SessionState> {
    return captureSession(this.#parts, memory);
  }

  restore(state: SessionState): void | Promise<void> {
    return restoreSession(this.#parts, state);
  }

  liveTensors(): number {
    return this.#parts.tf.memory().numTensors;
  }

  dispose(): void {
    const { tf, updates, variables, average } = this.#parts;
    const slots = updates.flatMap(({ updater }) => {
      withRegistry(tf, {}, () => updater.dispose());
      return [...updater.slots.values()];
    });
    const isVariable = (value: tfjs.Tensor): value is tfjs.Variable => value instanceof tf.Variable;
    const averages = average?.variables.values() ?? [];
    disposeVariables(tf, [...slots, ...averages, ...variables.values(), ...this.#owned.filter(isVariable)]);
    tf.dispose(this.#owned.filter((value) => !isVariable(value)));
    this.#owned = [];
  }

  #undoIfFailed<T>(step: () => T): T {
    const { frozen, updates } = this.#parts;
    const before = this.#restored.map((variable) => variable.clone());
    try {
      const result = step();
      if (frozen.size > 0) {
        for (const [index, variable] of this.#restored.entries()) {
          if (frozen.has(variable)) variable.assign(before[index]!);
        }
      }
      return result;
    } catch (error) {
      for (const [index, variable] of this.#restored.entries()) variable.assign(before[index]!);
      if (updates.length > 1) this.#updating = false;
      throw error;
    }
  }

  /** Runs without training: no dropout, and the same random numbers every time. */
  #inference<T>(batch: Batch, fn: (tensors: TfjsBatch, context: StepContext) => T): T {
    const { tf, random } = this.#parts;
    const stream = random.child('evaluate');
    return this.#run(batch, (tensors) =>
      withSeededRandom(stream, () => fn(tensors, stepContext(tf, stream, 0, false))),
    );
  }

  #run<T>(batch: Batch, fn: (tensors: TfjsBatch) => T, spans?: CallSpans): T {
    const { tf, ranges } = this.#parts;
    for (const range of ranges) requireInRange(range, batch);
    const engine = tf.engine();
    engine.startScope('session');
    try {
      return withTensors(tf, batch, fn, spans?.upload);
    } finally {
      engine.endScope();
    }
  }
}
