/** A `WebAssembly.Memory`; Node's types lack it. */
export interface WasmMemory {
  /** Another one after the memory has grown. */
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

export type WasmFunction = (...values: readonly number[]) => number;

interface WasmInstance {
  readonly exports: Readonly<Record<string, WasmFunction>>;
}

interface WasmMemoryLimits {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/** The part of the standard `WebAssembly` that is used here. */
export const { Instance, Memory, Module } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object, imports: object) => WasmInstance;
      readonly Memory: new (limits: WasmMemoryLimits) => WasmMemory;
    };
  }
).WebAssembly;
