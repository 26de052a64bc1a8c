import { Undecodable } from '../undecodable.js';

/** The colors of a PNG with a palette. */
export interface Palette {
  /** 3 bytes of each color, or 4 with alpha. */
  readonly colors: Uint8Array;
  readonly channels: 3 | 4;
}

/** @param alphas the chunk tRNS: alpha of the first colors. @throws Undecodable */
export function paletteOf(colors: Buffer | undefined, alphas: Buffer | undefined): Palette {
  if (colors === undefined || colors.length === 0 || colors.length % 3 !== 0 || colors.length > 768) {
    throw new Undecodable('is no valid PNG: its palette is missing or damaged');
  }
  if (alphas === undefined) return { colors, channels: 3 };
  const count = colors.length / 3;
  if (alphas.length > count) throw new Undecodable('is no valid PNG: it has more alphas than colors');
  const all = new Uint8Array(count * 4);
  for (let index = 0; index < count; index++) {
    all.set(colors.subarray(3 * index, 3 * index + 3), 4 * index);
    all[4 * index + 3] = alphas[index] ?? 255;
  }
  return { colors: all, channels: 4 };
}
