import { isMainThread } from 'node:worker_threads';
import type { Koffi } from './koffi.js';

const variable = 'ORT_DISABLE_TELEMETRY';

/**
 * ONNX Runtime sends usage data from the creation of its environment on, unless the process has this variable. A user's
 * setting is kept. A worker thread sees a copy of the variables, so there it is set by the C library. On Windows only
 * the call after the creation turns it off.
 */
export function disableTelemetry(koffi: Koffi): void {
  process.env[variable] ??= '1';
  if (isMainThread || process.platform === 'win32') return;
  const keep = 0;
  koffi.load(null).func('setenv', 'int', ['str', 'str', 'int'])(variable, process.env[variable], keep);
}
