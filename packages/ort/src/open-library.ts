import { ortVersion } from './library/library-file.js';
import { Api } from './native/api.js';
import { loadKoffi } from './native/koffi.js';
import { disableTelemetry } from './native/telemetry.js';

export interface OpenLibrary {
  readonly api: Api;
  /** ONNX Runtime's environment: one for the process, which the package's own binding uses too. It is never released. */
  readonly env: bigint;
}

/** Of OrtLoggingLevel: failures are thrown, and not also printed. */
const fatal = 4;

/** Loads a library that has been checked. @throws ForgeError ENGINE_UNUSABLE */
export function openLibrary(path: string): OpenLibrary {
  const koffi = loadKoffi();
  disableTelemetry(koffi);
  const api = new Api(koffi, path, ortVersion);
  const env = api.out((out) => api.call.CreateEnv(fatal, 'forge', out));
  api.check(api.call.DisableTelemetryEvents(env));
  return { api, env };
}
