import type { DType, TensorData } from '@forge-ml/core/plugin';
import type { TerminateHandle } from '@forge-ml/ort';
import type { StateHome } from '../model/state-home.js';
import type { UpdateNumbers, UpdatePlan } from '../model/update-plan.js';
import type { Span } from './spans.js';
import type { StateLayout } from './state-layout.js';

export type NamedTensor = readonly [name: string, tensor: TensorData];

/** A model in the worker: its inputs from the session's state, and its outputs that become that state. */
export interface GraphRequest {
  /** `train`, `evaluate`, … : one of each name in a session. */
  readonly name: string;
  readonly model: Uint8Array;
  /** The names of all its outputs. */
  readonly outputs: readonly string[];
  /** Names of nodes that webgpu runs on the CPU. */
  readonly forCpu: readonly string[];
  /** Names of inputs fed from the state of the same names. */
  readonly reads: readonly string[];
  /** Outputs that become the state of that name once the run has succeeded. */
  readonly writes: readonly (readonly [output: string, state: string])[];
  /** Outputs that are scalars, and returned as numbers. */
  readonly numbers: readonly (readonly [output: string, dtype: DType])[];
  /** On the CPU. Default: those of the worker's options. */
  readonly threads?: number;
  /** Whether it has gradients through QuantizeLinear; see sessionConfig. */
  readonly roundsInTraining?: boolean;
}

/** How ONNX Runtime is called: through its C API, or by the binding of the package onnxruntime-node. */
export const bindingNames = ['native', 'package'] as const;
export type BindingName = (typeof bindingNames)[number];

/** Options of the worker's sessions; structured-cloned to it once. */
export interface WorkerOptions {
  readonly provider: string;
  readonly threads: number;
  readonly deviceId: number | undefined;
  readonly home: StateHome;
  /** The name of the memory of a device where the native binding keeps state. Default: it does not. */
  readonly deviceMemory?: string | undefined;
  /** The binding for sessions whose state is in memory, or in that of a device. */
  readonly binding: BindingName;
  /** A number of 32 bits: not 0 while runs are to end. */
  readonly interrupt: SharedArrayBuffer;
}

/** What one run of a graph is given. */
export interface RunInputs {
  readonly feeds: readonly NamedTensor[];
  /** The update of the parameters by the gradients that the graph returns, with a plan. */
  readonly update?: UpdateNumbers;
  /** Whether to return the gradients of the update, and the norms of parameters and changes, as `TrainingReport`. */
  readonly reportsGradients?: boolean;
}

/** What one run returns: its numbers in the order of the request, and its other outputs. */
export interface RunOutputs {
  readonly numbers: readonly number[];
  readonly tensors: readonly NamedTensor[];
}

/**
 * A request to the worker. `bind` chooses the binding. `session` keeps the states of several models apart. `lay` gives a session memory for its
 * state, where it is not on a device. `get` copies state; `give` returns it as it is now, without a copy where that is
 * possible: then it must be given back (`release`), or it is sent after an update has replaced it. `run` makes several
 * runs, in order.
 */
export type Request =
  | { readonly kind: 'bind' }
  | {
      readonly kind: 'lay';
      readonly session: number;
      readonly layout: StateLayout;
      readonly plan: UpdatePlan | undefined;
    }
  | ({ readonly kind: 'open'; readonly session: number } & GraphRequest)
  | {
      readonly kind: 'set';
      readonly session: number;
      readonly tensors: readonly (readonly [name: string, value: TensorData | number])[];
    }
  | { readonly kind: 'get'; readonly session: number; readonly names: readonly string[] }
  | { readonly kind: 'give'; readonly session: number; readonly names: readonly string[] }
  | { readonly kind: 'release'; readonly session: number }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly graph: string;
      readonly runs: readonly RunInputs[];
      /** Whether to fail where the last request to run has failed. Default: no. */
      readonly continues?: boolean;
    }
  | { readonly kind: 'close'; readonly session: number }
  | { readonly kind: 'end' };

/** What a request returns. */
export interface Results {
  /** For `bind`: the one in use, and why it is not the one that was asked for. */
  readonly binding?: {
    readonly name: BindingName;
    readonly reason?: string;
    /** Ends a run of ONNX Runtime, where the binding can. */
    readonly terminate?: TerminateHandle;
  };
  /** For `lay`: the memories, where they are shared. */
  readonly memories?: readonly SharedArrayBuffer[];
  /** For `get` and `give`. */
  readonly tensors?: readonly NamedTensor[];
  /** Whether the tensors are the session's own memory, until `release`. */
  readonly lent?: boolean;
  /** For `run`: of each run that was made. */
  readonly runs?: readonly RunOutputs[];
  /** Whether runs were ended by an interrupt. */
  readonly stopped?: boolean;
  /** When ONNX Runtime computed, with the updates. */
  readonly compute?: Span;
}

/**
 * Results, or an error with those of the runs before it. `alive` counts the tensors and models of all sessions,
 * `stateCopies` the tensors of state that were copied between the host and a device, where something counts them.
 */
export type Answer = {
  readonly id: number;
  readonly alive: number;
  readonly stateCopies: number | undefined;
} & Results & {
    readonly error?: string;
  };
