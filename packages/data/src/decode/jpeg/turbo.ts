import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The functions of libjpeg-turbo that `@cwasm/jpeg-turbo` compiles to WebAssembly (its TurboJPEG C interface). */
interface Turbo {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(pointer: number): void;
  tjInitDecompress(): number;
  tjDestroy(decompressor: number): void;
  tjDecompressHeader3(decompressor: number, ...addresses: number[]): number;
  tjDecompress2(decompressor: number, ...settings: number[]): number;
}

/** The part of the standard `WebAssembly` that is used here: Node's types lack it. */
interface WebAssemblyApi {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** TurboJPEG's pixel formats. */
export const pixelFormats = { 1: 6, 3: 0, 4: 11 } as const;

/** An instance that grew beyond this is dropped: WebAssembly memory never shrinks. */
const mostMemory = 64 * 1024 * 1024;

let module: object | undefined;
let instance: Turbo | undefined;

/**
 * Decodes a JPEG file with the accurate inverse DCT and smooth upsampling, libjpeg's defaults.
 * @param components of the file: gray is decoded to gray, color to RGB, CMYK and YCCK to the inks as stored
 * @returns the pixels, or undefined if libjpeg reports that the data is corrupt
 */
export function decodeWithTurbo(
  file: Uint8Array,
  width: number,
  height: number,
  components: 1 | 3 | 4,
): Uint8Array | undefined {
  const turbo = instance ?? instantiate();
  // Dropped unless all ends well: after a failure its state is unknown.
  instance = undefined;
  let data: Uint8Array | undefined;
  try {
    data = decode(turbo, file, width, height, components);
  } catch {
    // libjpeg ends a fatal error with longjmp, which the import below throws; a trap is a fault of the file, too.
    return undefined;
  }
  if (data !== undefined && turbo.memory.buffer.byteLength <= mostMemory) instance = turbo;
  return data;
}

function decode(turbo: Turbo, file: Uint8Array, width: number, height: number, components: 1 | 3 | 4) {
  const input = turbo.malloc(file.length);
  const header = turbo.malloc(16);
  const size = width * height * components;
  const output = turbo.malloc(size);
  if (input === 0 || header === 0 || output === 0) return undefined;
  new Uint8Array(turbo.memory.buffer, input, file.length).set(file);
  const decompressor = turbo.tjInitDecompress();
  const fields = [header, header + 4, header + 8, header + 12];
  if (turbo.tjDecompressHeader3(decompressor, input, file.length, ...fields) !== 0) return undefined;
  const [foundWidth, foundHeight] = new Int32Array(turbo.memory.buffer, header, 2);
  if (foundWidth !== width || foundHeight !== height) return undefined;
  const format = pixelFormats[components];
  if (turbo.tjDecompress2(decompressor, input, file.length, output, width, 0, height, format, 0) !== 0)
    return undefined;
  const data = new Uint8Array(turbo.memory.buffer, output, size).slice();
  turbo.tjDestroy(decompressor);
  for (const pointer of [input, header, output]) turbo.free(pointer);
  return data;
}

function instantiate(): Turbo {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  module ??= new Module(readFileSync(createRequire(import.meta.url).resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm')));
  const fail = () => {
    throw new Error('libjpeg failed');
  };
  const ignore = () => 0;
  return new Instance(module, {
    env: { setjmp: ignore, longjmp: fail },
    wasi_snapshot_preview1: {
      environ_sizes_get: ignore,
      environ_get: ignore,
      proc_exit: fail,
      fd_close: ignore,
      fd_seek: ignore,
      fd_write: ignore,
    },
  }).exports as Turbo;
}
