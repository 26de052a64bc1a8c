import { readFileSync } from 'node:fs';
import { Instance, Module, type WasmFunction, type WasmMemory } from './web-assembly.js';

const modules = new Map<string, object>();

/** The compiled kernels over a memory. The order of their arguments is that of `scripts/generate-kernels.js`. */
export function instantiate(memory: WasmMemory): Readonly<Record<string, WasmFunction>> {
  return instantiateFile(memory.buffer instanceof ArrayBuffer ? 'kernels.wasm' : 'kernels-shared.wasm', memory);
}

/** @param file in the folder of this module */
export function instantiateFile(file: string, memory: WasmMemory): Readonly<Record<string, WasmFunction>> {
  let module = modules.get(file);
  if (module === undefined) {
    module = new Module(readFileSync(new URL(file, import.meta.url)));
    modules.set(file, module);
  }
  return new Instance(module, { env: { memory } }).exports;
}
