import type { Pixels } from './pixels.js';

/**
 * The image with 1 (gray), 3 (RGB) or 4 (RGBA) channels. Gray is Pillow's: (19595 R + 38470 G + 7471 B + 32768) / 65536,
 * the luma of ITU-R BT.601. Alpha is dropped, not blended with a background; new alpha is 255.
 */
export function withChannels(pixels: Pixels, channels: 1 | 3 | 4): Pixels {
  if (pixels.channels === channels) return pixels;
  const { width, height, channels: from, data } = pixels;
  const out = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * from;
    const to = pixel * channels;
    const red = data[at]!;
    const green = from < 3 ? red : data[at + 1]!;
    const blue = from < 3 ? red : data[at + 2]!;
    if (channels === 1) {
      out[to] = from < 3 ? red : (19595 * red + 38470 * green + 7471 * blue + 32768) >>> 16;
      continue;
    }
    out[to] = red;
    out[to + 1] = green;
    out[to + 2] = blue;
    if (channels === 4) out[to + 3] = from === 2 ? data[at + 1]! : 255;
  }
  return { width, height, channels, data: out };
}
