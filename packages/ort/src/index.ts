/** ONNX Runtime's C API: sessions over memory of the caller. */
export { liveHandles } from './handles/counts.js';
export { checkOrt, openOrt, terminateRun } from './open-ort.js';
export type { Ort } from './ort.js';
export type { Binding } from './session/binding.js';
export { cpuMemory, type Memory } from './session/memory.js';
export type { RunOptions } from './session/run-options.js';
export type { Session } from './session/session.js';
export type { Provider, SessionOptions } from './session/session-options.js';
export type { TerminateHandle } from './session/terminate-handle.js';
export type { Value } from './session/value.js';
export type { DeclaredTensor } from './tensors/declared-tensor.js';
