import { ortVersion } from './library/library-file.js';
import { Api } from './native/api.js';
import { loadKoffi } from './native/koffi.js';

export interface OpenLibrary {
  readonly api: Api;
  /** ONNX Runtime's environment: one for the process, whoever creates it. It is never released. */
  readonly env: bigint;
}

/** Of OrtLoggingLevel. */
const errors = 3;

/** Loads a library that has been checked. @throws ForgeError ENGINE_UNUSABLE */
export function openLibrary(path: string): OpenLibrary {
  // Read when the environment is created, before the call below can be made. A user's setting is kept.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const api = new Api(loadKoffi(), path, ortVersion);
  const env = api.out((out) => api.call.CreateEnv(errors, 'forge', out));
  api.check(api.call.DisableTelemetryEvents(env));
  return { api, env };
}
