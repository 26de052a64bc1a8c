import { instantiateFile } from './kernel-module.js';
import type { WasmFunction, WasmMemory } from './web-assembly.js';

/** The functions of `assembly/tensors.ts` over a memory. */
export interface TensorModule {
  readonly memory: WasmMemory;
  readonly addWindows: WasmFunction;
  readonly copyLines: WasmFunction;
  readonly fillOffsets: WasmFunction;
  readonly maxPoolGradient: WasmFunction;
  readonly multiply: WasmFunction;
  readonly packColumns: WasmFunction;
  readonly product: WasmFunction;
  readonly sumRows: WasmFunction;
}

export function tensorModule(memory: WasmMemory): TensorModule {
  return { ...(instantiateFile('tensors.wasm', memory) as unknown as TensorModule), memory };
}

export function fillZeros({ memory }: TensorModule, place: number, bytes: number): void {
  new Uint8Array(memory.buffer, place, bytes).fill(0);
}
