import type { Koffi } from './koffi.js';
import { unusable } from './unusable.js';

/** Of dlopen: symbols are resolved at their first use. */
const lazy = 1;

/**
 * The library's entry: the address of its OrtApiBase. The library then stays loaded until the process ends.
 * @throws ForgeError ENGINE_UNUSABLE
 */
export function loadLibrary(koffi: Koffi, path: string): bigint {
  try {
    const library = koffi.load(path);
    pin(koffi, path);
    return library.func('OrtGetApiBase', 'void *', [])() as bigint;
  } catch (error) {
    throw unusable('the library of onnxruntime-node cannot be loaded', undefined, error);
  }
}

/**
 * Loads the library once more, without a handle. koffi unloads a library when its handle is garbage-collected or its
 * thread ends, which is while other threads call it and threads of its own run in it.
 */
function pin(koffi: Koffi, path: string): void {
  const handle =
    process.platform === 'win32'
      ? koffi.load('kernel32.dll').func('LoadLibraryW', 'void *', ['str16'])(path)
      : koffi.load(null).func('dlopen', 'void *', ['str', 'int'])(path, lazy);
  if (handle === null) throw new Error('it cannot be kept loaded');
}
