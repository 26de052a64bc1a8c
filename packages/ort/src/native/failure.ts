import { type ErrorCode, ForgeError } from '@forge-ml/core/plugin';

/** Codes of OrtErrorCode that are no fault of the model: an engine error, and one of an execution provider. */
const ofTheEngine = new Set([5, 11]);

/** What ONNX Runtime says when a run is ended by its options. */
const terminated = 'terminate flag';

/** An error that ONNX Runtime reports. @param code of OrtErrorCode in the C API */
export function failure(code: number, text: string): ForgeError {
  const message = text
    .trim()
    .split('\n')[0]!
    .replace(/^.*\[ONNXRuntimeError\] : \d+ : \w+ : /, '')
    .replace(/\.$/, '');
  const cause = Object.assign(new Error(text), { name: 'OrtStatus', code });
  return new ForgeError(errorCode(code, text), `ONNX Runtime: ${message}.`, { about: 'onnxruntime', cause });
}

function errorCode(code: number, text: string): ErrorCode {
  if (text.includes(terminated)) return 'STOPPED';
  return ofTheEngine.has(code) ? 'ENGINE_UNUSABLE' : 'MODEL_INVALID';
}

/** A mistake of the code that calls this package. */
export function misuse(message: string, about: string, hint: string): ForgeError {
  return new ForgeError('BACKEND_INVALID', message, { about, hint });
}
