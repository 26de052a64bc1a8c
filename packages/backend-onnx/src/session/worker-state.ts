import {
  bytesPerElement,
  checkState,
  ForgeError,
  type NamedTensors,
  type SessionState,
  sizeOf,
  type TensorData,
} from '@forge-ml/core/plugin';
import type { Graph } from '@forge-ml/onnx/graph';
import { isLazy, parameter } from '@forge-ml/onnx/graph';
import { identity } from '@forge-ml/onnx/ops';
import type { ModelGraphs } from '../model/build-graphs.js';
import type { StateHome } from '../model/state-home.js';
import { type StateValue, stateValue } from '../model/state-value.js';
import { OrtError, type OrtWorker } from '../runtime/ort-worker.js';
import type { NamedTensor } from '../runtime/protocol.js';
import { layOut, type StateLayout } from '../runtime/state-layout.js';
import { writeValue } from '../runtime/write-value.js';
import { checkBase } from './check-base.js';
import { GraphRunner } from './graph-runner.js';

type StatefulParts = Pick<
  ModelGraphs,
  'parameters' | 'base' | 'packed' | 'slots' | 'averages' | 'updates' | 'kernelUpdate' | 'written'
>;

/** The state of a session, in the worker: parameters, slots and moving averages; and the base, which is no state. */
export class WorkerState {
  readonly #worker: OrtWorker;
  readonly #session: number;
  readonly #parts: StatefulParts;
  readonly #home: StateHome;
  /** In the order in which they are captured. */
  readonly #values: readonly StateValue[];
  readonly #fetch: GraphRunner | undefined;

  constructor(worker: OrtWorker, session: number, parts: StatefulParts, home: StateHome) {
    this.#worker = worker;
    this.#session = session;
    this.#parts = parts;
    this.#home = home;
    this.#values = [
      ...parts.parameters.map(stateValue),
      ...parts.slots.values(),
      ...Array.from(parts.averages.values(), stateValue),
    ];
    const state = () => asOutputs(this.#values);
    this.#fetch = home === 'device' ? new GraphRunner({ worker, session, name: 'save', graph: state }) : undefined;
  }

  /** Sets the values before the first step. */
  async initialize(): Promise<void> {
    const { packed } = this.#parts;
    const baseValues = [...this.#parts.base.values, ...packed.values()];
    if (this.#home === 'memory') {
      const { kernelUpdate, written } = this.#parts;
      const base = baseValues.map(stateValue);
      const layout = layOut(this.#values, kernelUpdate?.plan, written, base);
      const laid = { kind: 'lay', session: this.#session, layout, plan: kernelUpdate?.plan } as const;
      const { memories = [] } = await this.#worker.ask(laid).catch((error: unknown) => {
        throw error instanceof OrtError ? noMemory(layout, error) : error;
      });
      // Without copies: the largest part of the memory of a model is its state.
      if (memories.length > 0) return writeInitial([...this.#values, ...base], layout, memories);
    }
    await this.#set(this.#values.map((value) => [value.name, value.initial]));
    // One at a time: a base is large, and is read from its file.
    for (const { name, initial } of baseValues) await this.#set([[name, initial]]);
  }

  async capture(): Promise<SessionState> {
    const own = this.#ownState();
    const names = this.#values.map(({ name }) => name);
    const tensors = (await this.#fetch?.run([], {}))?.tensors ?? (await this.#worker.get(this.#session, names));
    return this.#stateOf(tensors, own);
  }

  async captureAside(): Promise<SessionState> {
    const own = this.#ownState();
    const names = this.#values.map(({ name }) => name);
    const { tensors = [], lent = false } = await this.#worker.ask({ kind: 'give', session: this.#session, names });
    const state = this.#stateOf(tensors, own);
    if (!lent) return state;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#release();
    };
    return { ...state, release };
  }

  /** @throws ForgeError STATE_MISMATCH */
  async restore({ parameters, optimizer, ema }: SessionState): Promise<void> {
    const { slots, averages, parameters: own, updates } = this.#parts;
    checkState('parameter', typesOf(own.map(stateValue)), parameters);
    if (ema !== undefined)
      checkState('moving average', new Map(Array.from(averages, ([name, { initial }]) => [name, initial])), ema);
    checkBase(this.#parts.base, parameters);
    const hasSlots = optimizer.size > 0;
    if (hasSlots) {
      checkState('optimizer slot', new Map([...typesOf(slots.values()), ...this.#ownState()]), optimizer);
    }
    const averaged = Array.from(
      averages,
      ([name, { name: state }]) => [state, (ema ?? parameters).get(name)!] as const,
    );
    await this.#set([...parameters, ...[...optimizer].filter(([name]) => slots.has(name)), ...averaged]);
    if (!hasSlots) return;
    for (const { plateau, lossScale } of updates) {
      plateau?.restore(optimizer);
      lossScale?.restore(optimizer);
    }
  }

  #release(): void {
    // It has failed only if the worker has ended: then nothing is lent.
    this.#worker.ask({ kind: 'release', session: this.#session }).catch(() => undefined);
  }

  /** What this thread keeps: plateaus and loss scales. */
  #ownState(): NamedTensors {
    const kept = this.#parts.updates.flatMap(({ plateau, lossScale }) => [plateau, lossScale]);
    return new Map(kept.flatMap((one) => [...(one?.capture() ?? [])]));
  }

  #stateOf(tensors: readonly NamedTensor[], own: NamedTensors): SessionState {
    const { parameters, slots, averages } = this.#parts;
    const state = this.#values.map(({ name }, at) => [name, tensors[at]![1]] as const);
    const ends = [parameters.length, parameters.length + slots.size] as const;
    const ema = [...averages.keys()].map((name, at) => [name, state[ends[1] + at]![1]] as const);
    return {
      parameters: new Map(state.slice(0, ends[0])),
      optimizer: new Map([...state.slice(...ends), ...own]),
      ...(averages.size === 0 ? {} : { ema: new Map(ema) }),
    };
  }

  async #set(tensors: readonly (readonly [string, TensorData | number])[]): Promise<void> {
    // Sliced, because all the memory under a view would be copied.
    const copies = tensors.map(([name, value]) => {
      return [name, typeof value === 'number' ? value : { ...value, bytes: value.bytes.slice() }] as const;
    });
    const owned = copies.flatMap(([, value]) => (typeof value === 'number' ? [] : [value.bytes.buffer as ArrayBuffer]));
    await this.#worker.ask({ kind: 'set', session: this.#session, tensors: copies }, owned);
  }
}

/**
 * The state as outputs, in order. Reading a tensor from a device by ONNX Runtime's own function ends the process;
 * running a graph does not.
 */
function asOutputs(state: readonly StateValue[]): Graph {
  const values = state.map(({ name, initial }) => parameter(name, initial as TensorData));
  return { inputs: [], outputs: new Map(values.map((value) => [`${value.name}/now`, identity(value)])) };
}

/** Writes into shared memory: where they are first, which no step has changed. */
function writeInitial(
  values: readonly StateValue[],
  layout: StateLayout,
  memories: readonly SharedArrayBuffer[],
): void {
  for (const [at, { dtype, shape, initial }] of values.entries()) {
    const { memory, offset } = layout.values[at]!.places[0]!;
    const to = new Uint8Array(memories[memory]!, offset, bytesPerElement[dtype] * sizeOf(shape));
    // Read where it stays: what is read as a whole would be in memory twice.
    if (typeof initial === 'object' && isLazy(initial)) initial.readInto(to);
    else writeValue(to, dtype, initial);
  }
}

function noMemory({ memories }: StateLayout, cause: Error): ForgeError {
  const size = memories.reduce((sum, bytes) => sum + bytes, 0) / 2 ** 30;
  const message = `The state of the model cannot have its memory of ${size.toFixed(1)} GiB: ${cause.message}.`;
  return new ForgeError('ENGINE_UNUSABLE', message.replace('..', '.'), {
    about: 'memory',
    hint: 'Use a smaller model, or allow the process more memory (ulimit -v).',
    cause,
  });
}

function typesOf(state: Iterable<StateValue>) {
  return new Map(Array.from(state, ({ name, dtype, shape }) => [name, { dtype, shape }] as const));
}
