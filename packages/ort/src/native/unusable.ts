import { ForgeError, messageOf } from '@forge-ml/core/plugin';

/** Why ONNX Runtime's C API cannot be used here. The reason is part of a sentence. */
export function unusable(reason: string, remedy?: string, cause?: unknown): ForgeError {
  const detail = cause === undefined ? '' : ` (${messageOf(cause).split('\n')[0]!.replace(/\.$/, '')})`;
  return new ForgeError('ENGINE_UNUSABLE', `ONNX Runtime's C API cannot be used: ${reason}${detail}.`, {
    about: 'onnxruntime-node',
    ...(remedy !== undefined && { hint: remedy.endsWith('.') ? remedy : `Run ${remedy}.` }),
    cause,
  });
}
