import type { SharedLoaderOptions } from '../../config/loader/module-loader.js';
import type { RandomState } from '../../random/random-stream.js';
import type { SentError } from './sent-error.js';

/** The `workerData` of a thread that converts elements. */
export interface MapWorkerOptions {
  /** The absolute path of the module with the function. */
  readonly path: string;
  readonly exported: string;
  readonly loader: SharedLoaderOptions;
}

/** One element to convert. */
export interface MapRequest {
  readonly element: unknown;
  readonly epoch: number;
  readonly index: number;
  readonly random: RandomState;
}

export interface MapResult {
  readonly value: unknown;
  /** Whether the function used the epoch or random numbers. */
  readonly usedEpoch: boolean;
}

export type MapAnswer = { readonly id: number } & (MapResult | { readonly error: SentError });
