import type { TensorData } from '@forge-ml/core/plugin';
import type { Span } from './spans.js';

export type NamedTensor = readonly [name: string, tensor: TensorData];

/** A model in the worker: its inputs from the session's state, and its outputs that become that state. */
export interface GraphRequest {
  /** `train`, `evaluate`, … : one of each name in a session. */
  readonly name: string;
  readonly model: Uint8Array;
  /** Names of nodes that webgpu runs on the CPU. */
  readonly forCpu: readonly string[];
  /** Names of inputs fed from the state of the same names. */
  readonly reads: readonly string[];
  /** Outputs that become the state of that name once the run has succeeded. */
  readonly writes: readonly (readonly [output: string, state: string])[];
}

/** Options of the worker's sessions; structured-cloned to it once. */
export interface WorkerOptions {
  readonly provider: string;
  readonly threads: number;
  readonly deviceId: number | undefined;
  /** Whether outputs that become state stay in the device's memory. */
  readonly keepsState: boolean;
}

/**
 * A request to the worker. `session` keeps the states of several models apart. `get` copies state; `give` returns it as
 * it is now, but answers after an update has replaced it, so that it need not be copied.
 */
export type Request =
  | ({ readonly kind: 'open'; readonly session: number } & GraphRequest)
  | { readonly kind: 'set'; readonly session: number; readonly tensors: readonly NamedTensor[] }
  | { readonly kind: 'get'; readonly session: number; readonly names: readonly string[] }
  | { readonly kind: 'give'; readonly session: number; readonly names: readonly string[] }
  | { readonly kind: 'run'; readonly session: number; readonly graph: string; readonly feeds: readonly NamedTensor[] }
  | { readonly kind: 'close'; readonly session: number }
  | { readonly kind: 'end' };

/** The requested tensors, and when a `run` computed, or an error. `alive` counts the tensors and models the worker holds for all sessions. */
export type Answer = { readonly id: number; readonly alive: number } & (
  | { readonly tensors: readonly NamedTensor[]; readonly compute?: Span }
  | { readonly error: string }
);
