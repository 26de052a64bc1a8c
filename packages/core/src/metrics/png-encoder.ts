import type { encode } from 'fast-png';

let loaded: typeof encode | undefined;

/** Loads the encoder, once. It takes 25 ms, which a run that logs no image does not wait for. */
export async function loadPngEncoder(): Promise<void> {
  loaded ??= (await import('fast-png')).encode;
}

export function isPngEncoderLoaded(): boolean {
  return loaded !== undefined;
}

/** Encodes pixels as PNG. `loadPngEncoder` comes first. */
export function encodePng(image: Parameters<typeof encode>[0]): Uint8Array {
  if (loaded === undefined) throw new Error('the PNG encoder is not loaded');
  return loaded(image);
}
