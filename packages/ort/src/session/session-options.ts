import { ForgeError, messageOf } from '@forge-ml/core/plugin';
import type { Api } from '../native/api.js';

/** An execution provider of ONNX Runtime, and its options by their names in ONNX Runtime. */
export type Provider =
  | { readonly name: 'cpu' }
  | { readonly name: 'cuda'; readonly options?: Readonly<Record<string, string>> };

export interface SessionOptions {
  /** Threads of one operator. Default: 1. */
  readonly threads?: number;
  /** Default: `all`. `layout` and above may compute other bits than `extended`. */
  readonly optimization?: 'none' | 'basic' | 'extended' | 'all';
  /** Entries of onnxruntime_session_options_config_keys.h, for example `session.intra_op.allow_spinning`. */
  readonly config?: Readonly<Record<string, string>>;
  /** In the order of preference; the CPU follows by itself. Default: the CPU. CUDA is untested here. */
  readonly providers?: readonly Provider[];
  /** Plans memory by the shapes of the first run. Default: true. */
  readonly memoryPattern?: boolean;
  /** Keeps freed memory of the CPU for the next tensors. Default: true. */
  readonly memoryArena?: boolean;
  /** The start of the path of a trace of all operators, which `endProfiling` writes. */
  readonly profile?: string;
}

/** Of GraphOptimizationLevel. */
const levels = { none: 0, basic: 1, extended: 2, all: 99 } as const;

/** Of OrtLoggingLevel: failures are thrown, and not also printed. */
const fatal = 4;

/** Calls `use` with the options, and releases them. */
export function withOptions<T>(api: Api, options: SessionOptions, use: (pointer: bigint) => T): T {
  const { call } = api;
  const pointer = api.out((out) => call.CreateSessionOptions(out));
  try {
    api.check(call.SetSessionGraphOptimizationLevel(pointer, levels[options.optimization ?? 'all']));
    api.check(call.SetIntraOpNumThreads(pointer, options.threads ?? 1));
    api.check(call.SetInterOpNumThreads(pointer, 1));
    api.check(call.SetSessionLogSeverityLevel(pointer, fatal));
    for (const [key, value] of Object.entries(options.config ?? {})) {
      api.check(call.AddSessionConfigEntry(pointer, key, value));
    }
    if (options.memoryPattern === false) api.check(call.DisableMemPattern(pointer));
    if (options.memoryArena === false) api.check(call.DisableCpuMemArena(pointer));
    if (options.profile !== undefined) api.check(call.EnableProfiling(pointer, options.profile));
    for (const provider of options.providers ?? []) {
      if (provider.name === 'cuda') appendCuda(api, pointer, provider.options ?? {});
    }
    return use(pointer);
  } finally {
    call.ReleaseSessionOptions(pointer);
  }
}

/** Written by the header and not run here: no machine of this project has a GPU. */
function appendCuda(api: Api, options: bigint, settings: Readonly<Record<string, string>>): void {
  const { call } = api;
  let cuda: bigint | undefined;
  try {
    cuda = api.out((out) => call.CreateCUDAProviderOptions(out));
    const keys = Object.keys(settings);
    if (keys.length > 0) api.check(call.UpdateCUDAProviderOptions(cuda, keys, Object.values(settings), keys.length));
    api.check(call.SessionOptionsAppendExecutionProvider_CUDA_V2(options, cuda));
  } catch (error) {
    const message = messageOf(error).replace(/^ONNX Runtime: /, '');
    throw new ForgeError('ENGINE_UNUSABLE', `The provider cuda did not start: ${message}`, {
      about: 'cuda',
      cause: error,
    });
  } finally {
    if (cuda !== undefined) call.ReleaseCUDAProviderOptions(cuda);
  }
}
