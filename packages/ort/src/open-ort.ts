import { type ForgeError, isForgeError } from '@forge-ml/core/plugin';
import { checkLibrary } from './library/check-library.js';
import { libraryFile } from './library/library-file.js';
import { loadKoffi } from './native/koffi.js';
import { type OpenLibrary, openLibrary } from './open-library.js';
import { Ort } from './ort.js';
import { lock, type TerminateHandle, unlock } from './session/terminate-handle.js';

/** Or why it cannot be: the checks take a second, and are not repeated in vain. */
let opened: OpenLibrary | ForgeError | undefined;

/**
 * ONNX Runtime's C API over the library that onnxruntime-node has, for this thread.
 * @throws ForgeError ENGINE_UNUSABLE with the reason, where koffi is missing or anything about the library is not as
 * tested: its version, platform, content, or a first run in a process of its own
 */
export function openOrt(): Ort {
  const { api, env } = open();
  return new Ort(api, env);
}

/**
 * Checks whether `openOrt` can be used, without loading the library.
 * @throws ForgeError as `openOrt`
 */
export function checkOrt(): void {
  const file = libraryFile();
  loadKoffi();
  checkLibrary(file);
}

/**
 * Ends the runs of `RunOptions` of another thread, which has checked the library. Waits for at most a second.
 * @returns false where the options are released
 * @throws ForgeError ENGINE_UNUSABLE where this thread cannot load the library
 */
export function terminateRun(handle: TerminateHandle): boolean {
  const { api } = open(() => undefined);
  if (!lock(handle)) return false;
  try {
    api.check(api.call.RunOptionsSetTerminate(handle.address));
  } finally {
    unlock(handle);
  }
  return true;
}

function open(check = checkOrt): OpenLibrary {
  opened ??= tryOpen(check);
  if (isForgeError(opened)) throw opened;
  return opened;
}

function tryOpen(check: () => void): OpenLibrary | ForgeError {
  try {
    check();
    return openLibrary(libraryFile().path);
  } catch (error) {
    if (isForgeError(error)) return error;
    throw error;
  }
}
