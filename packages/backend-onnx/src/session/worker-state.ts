import { checkState, type NamedTensors, type SessionState, type TensorData } from '@forge-ml/core/plugin';
import type { Graph, ParameterValue } from '@forge-ml/onnx/graph';
import { identity } from '@forge-ml/onnx/ops';
import type { ModelGraphs } from '../model/build-graphs.js';
import { GraphRunner } from './graph-runner.js';
import type { OrtWorker } from './ort-worker.js';
import type { NamedTensor } from './protocol.js';

type StatefulParts = Pick<ModelGraphs, 'parameters' | 'slots' | 'averages' | 'updates'>;

/** The state of a session, in the worker: parameters, slots and moving averages. */
export class WorkerState {
  readonly #worker: OrtWorker;
  readonly #session: number;
  readonly #parts: StatefulParts;
  /** In the order in which they are captured. */
  readonly #values: readonly ParameterValue[];
  readonly #fetch: GraphRunner | undefined;

  /** @param onDevice whether it is in the memory of a device, and must be copied from it */
  constructor(worker: OrtWorker, session: number, parts: StatefulParts, onDevice: boolean) {
    this.#worker = worker;
    this.#session = session;
    this.#parts = parts;
    this.#values = [...parts.parameters, ...parts.slots.values(), ...parts.averages.values()];
    const state = () => asOutputs(this.#values);
    this.#fetch = onDevice ? new GraphRunner(worker, session, 'save', state) : undefined;
  }

  /** Sets the values before the first step. */
  async initialize(): Promise<void> {
    await this.#set(this.#values.map(({ name, initial }) => [name, initial]));
  }

  async capture(): Promise<SessionState> {
    const plateau = this.#plateauState();
    const tensors = await (this.#fetch?.run([], {}) ??
      this.#worker.ask({ kind: 'get', session: this.#session, names: this.#names() }));
    return this.#stateOf(tensors, plateau);
  }

  async captureAside(): Promise<SessionState> {
    const plateau = this.#plateauState();
    const tensors = await this.#worker.ask({ kind: 'give', session: this.#session, names: this.#names() });
    return this.#stateOf(tensors, plateau);
  }

  /** @throws ForgeError STATE_MISMATCH */
  async restore({ parameters, optimizer, ema }: SessionState): Promise<void> {
    const { slots, averages, parameters: own, updates } = this.#parts;
    checkState('parameter', startsOf(own), parameters);
    if (ema !== undefined) checkState('moving average', startsByParameter(averages), ema);
    const hasSlots = optimizer.size > 0;
    if (hasSlots) {
      checkState('optimizer slot', new Map([...startsOf(slots.values()), ...this.#plateauState()]), optimizer);
    }
    const averaged = Array.from(
      averages,
      ([name, { name: state }]) => [state, (ema ?? parameters).get(name)!] as const,
    );
    await this.#set([...parameters, ...[...optimizer].filter(([name]) => slots.has(name)), ...averaged]);
    if (hasSlots) for (const { plateau } of updates) plateau?.restore(optimizer);
  }

  #names(): string[] {
    return this.#values.map(({ name }) => name);
  }

  #plateauState(): NamedTensors {
    return new Map(this.#parts.updates.flatMap(({ plateau }) => [...(plateau?.capture() ?? [])]));
  }

  #stateOf(tensors: readonly NamedTensor[], plateau: NamedTensors): SessionState {
    const { parameters, slots, averages } = this.#parts;
    const state = this.#values.map(({ name }, at) => [name, tensors[at]![1]] as const);
    const ends = [parameters.length, parameters.length + slots.size] as const;
    const ema = [...averages.keys()].map((name, at) => [name, state[ends[1] + at]![1]] as const);
    return {
      parameters: new Map(state.slice(0, ends[0])),
      optimizer: new Map([...state.slice(...ends), ...plateau]),
      ...(averages.size === 0 ? {} : { ema: new Map(ema) }),
    };
  }

  async #set(tensors: readonly (readonly [string, TensorData])[]): Promise<void> {
    // Sliced, because all the memory under a view would be copied.
    const copies = tensors.map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }] as const);
    const owned = copies.map(([, value]) => value.bytes.buffer as ArrayBuffer);
    await this.#worker.ask({ kind: 'set', session: this.#session, tensors: copies }, owned);
  }
}

/**
 * The state as outputs, in order. Reading a tensor from a device by ONNX Runtime's own function ends the process;
 * running a graph does not.
 */
function asOutputs(state: readonly ParameterValue[]): Graph {
  return { inputs: [], outputs: new Map(state.map((value) => [`${value.name}/now`, identity(value)])) };
}

/** The initial state by name: its types and shapes never change. */
function startsOf(state: Iterable<ParameterValue>): NamedTensors {
  return new Map(Array.from(state, ({ name, initial }) => [name, initial]));
}

function startsByParameter(averages: ReadonlyMap<string, ParameterValue>): NamedTensors {
  return new Map(Array.from(averages, ([name, { initial }]) => [name, initial]));
}
