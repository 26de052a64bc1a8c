import {
  type Batch,
  checkState,
  type DType,
  ForgeError,
  type ParameterInfo,
  type RandomStream,
  type SessionState,
  type Stats,
  type StepRequest,
  type TensorData,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Trainable, Updater } from '../optimizers/updater.js';
import { fromTensor } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';
import { disposeVariables, withRegistry } from '../tf/variable-registry.js';
import { isTensor, lossOf, outputsOf, statsOf } from './forward.js';
import { gradientsOf } from './gradients.js';
import { type IndexRange, requireInRange } from './index-ranges.js';
import type { LayerSettings } from './layer-settings.js';
import { withSeededRandom } from './seeded-random.js';
import { assignState, captureVariables, tensorsOf } from './session-state.js';
import { stepContext } from './step-context.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from './tfjs-model.js';
import { withTensors } from './with-tensors.js';

export interface SessionParts {
  readonly tf: Tf;
  readonly model: AnyTfjsModel;
  /** All of the model's variables by name. */
  readonly variables: ReadonlyMap<string, tfjs.Variable>;
  readonly trainables: readonly Trainable[];
  readonly updater: Updater;
  readonly settings: LayerSettings;
  /** Arrays of the data that the model uses as indices. */
  readonly ranges: readonly IndexRange[];
  readonly warnings: readonly string[];
  readonly random: RandomStream;
}

/** A model on TensorFlow.js, ready to train. Every step is a pure function of state, batch, seed and step. */
export class TfjsSession implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  readonly warnings: readonly string[];
  readonly observe?: (stats: Stats) => void;
  #updating = false;
  readonly #parts: SessionParts;
  readonly #trained: readonly tfjs.Variable[];
  readonly #untrained: readonly tfjs.Variable[];
  readonly #steps: RandomStream;
  readonly #masks: RandomStream;
  /** Other tensors that the build made, which live as long as the session. */
  #owned: readonly (tfjs.Tensor | tfjs.Variable)[] = [];

  constructor(parts: SessionParts) {
    const { model, variables, trainables, updater } = parts;
    this.#parts = parts;
    this.#trained = trainables.map(({ variable }) => variable);
    this.#steps = parts.random.child('step');
    this.#masks = parts.random.child('dropout');
    this.artefacts = model.artefacts ?? {};
    this.warnings = [...parts.warnings, ...updater.warnings];
    const { plateau } = updater;
    if (plateau !== undefined) this.observe = (stats) => plateau.observe(stats);
    const trained = new Set(this.#trained);
    this.#untrained = [...variables.values()].filter((variable) => !trained.has(variable));
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

  step(batch: Batch, { step, metrics }: StepRequest): Stats {
    const { tf, model, updater, settings } = this.#parts;
    const context = stepContext(tf, this.#masks.child(step), step, true);
    return this.#run(batch, this.#steps.child(step), (tensors) => {
      let kept: TfjsOutputs | undefined;
      // The forward pass itself changes some of them (batch norm), and may still fail after that.
      const before = this.#untrained.map((variable) => variable.clone());
      try {
        const forward = (): tfjs.Tensor => {
          const outputs = outputsOf(tf, model, tensors, context);
          const loss = lossOf(tf, model, tensors, outputs, context, settings.penalty);
          if (metrics && model.stats !== undefined) kept = keep(tf, outputs);
          return loss;
        };
        const { value, gradients } = gradientsOf(tf, forward, this.#trained);
        const stats = metrics ? statsOf(tf, model, tensors, kept, value, context) : {};
        this.#updating = true;
        if (updater.apply(gradients, step)) settings.constrain();
        this.#updating = false;
        return stats;
      } catch (error) {
        for (const [index, variable] of this.#untrained.entries()) variable.assign(before[index]!);
        throw error;
      } finally {
        if (kept !== undefined) tf.dispose(kept);
      }
    });
  }

  /** A model's own code throws before the first change; a failed update may be incomplete. */
  get intact(): boolean {
    return !this.#updating;
  }

  evaluate(batch: Batch): Stats {
    const { tf, model, settings } = this.#parts;
    return this.#inference(batch, (tensors, context) => {
      const outputs = outputsOf(tf, model, tensors, context);
      const loss = lossOf(tf, model, tensors, outputs, context, settings.penalty);
      return statsOf(tf, model, tensors, outputs, loss, context);
    });
  }

  predict(inputs: Batch): Batch {
    const { tf, model } = this.#parts;
    if (model.predict === undefined) {
      throw new ForgeError('ABILITY_MISSING', 'This model has no predict, only a loss.', {
        about: 'predict',
        hint: 'Give the model a predict: (batch) => outputs.',
      });
    }
    return this.#inference(inputs, (tensors, context) => {
      const outputs = outputsOf(tf, model, tensors, context)!;
      const named = isTensor(tf, outputs) ? { output: outputs } : outputs;
      return Object.fromEntries(Object.entries(named).map(([name, output]) => [name, fromTensor(tf, output)]));
    });
  }

  capture(memory?: SessionState): SessionState | Promise<SessionState> {
    const { tf, variables, updater } = this.#parts;
    const parameters = captureVariables(tf, variables, memory?.parameters);
    const optimizer: Map<string, TensorData> = captureVariables(tf, updater.slots, memory?.optimizer);
    for (const [name, seen] of updater.plateau?.capture() ?? []) optimizer.set(name, seen);
    if (updater.foreign === undefined) return { parameters, optimizer };
    return updater.foreign.capture().then((foreign) => ({ parameters, optimizer: foreign }));
  }

  restore({ parameters, optimizer }: SessionState): void | Promise<void> {
    const { tf, variables, updater } = this.#parts;
    const whole = optimizer.size > 0;
    checkState('parameter', tensorsOf(variables), parameters);
    if (whole && updater.foreign === undefined) {
      checkState(
        'optimizer slot',
        new Map([...tensorsOf(updater.slots), ...(updater.plateau?.capture() ?? [])]),
        optimizer,
      );
    }
    if (whole && updater.foreign !== undefined) {
      return updater.foreign.restore(optimizer).then(() => assignState(tf, variables, parameters));
    }
    assignState(tf, variables, parameters);
    if (!whole) return;
    assignState(tf, updater.slots, optimizer);
    updater.plateau?.restore(optimizer);
  }

  liveTensors(): number {
    return this.#parts.tf.memory().numTensors;
  }

  dispose(): void {
    const { tf, updater, variables } = this.#parts;
    withRegistry(tf, {}, () => updater.dispose());
    const isVariable = (value: tfjs.Tensor): value is tfjs.Variable => value instanceof tf.Variable;
    disposeVariables(tf, [...updater.slots.values(), ...variables.values(), ...this.#owned.filter(isVariable)]);
    tf.dispose(this.#owned.filter((value) => !isVariable(value)));
    this.#owned = [];
  }

  /** Runs without training: no dropout, and the same random numbers every time. */
  #inference<T>(batch: Batch, fn: (tensors: TfjsBatch, context: StepContext) => T): T {
    const { tf, random } = this.#parts;
    const stream = random.child('evaluate');
    return this.#run(batch, stream, (tensors) => fn(tensors, stepContext(tf, stream, 0, false)));
  }

  #run<T>(batch: Batch, stream: RandomStream, fn: (tensors: TfjsBatch) => T): T {
    const { tf, ranges } = this.#parts;
    for (const range of ranges) requireInRange(range, batch);
    return withSeededRandom(stream, () => {
      const engine = tf.engine();
      engine.startScope('session');
      try {
        return withTensors(tf, batch, fn);
      } finally {
        engine.endScope();
      }
    });
  }
}

/** Keeps the outputs beyond the end of the forward pass, where the engine would dispose them. */
function keep(tf: Tf, outputs: TfjsOutputs | undefined): TfjsOutputs | undefined {
  if (outputs === undefined) return undefined;
  if (isTensor(tf, outputs)) return tf.keep(outputs.clone());
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, tf.keep(output.clone())]));
}
