import type { Theme } from './run-palette.js';

/** Viridis of matplotlib (Smith and van der Walt, 2015) at equal distances: lightness rises evenly, for color-blind readers too. */
const viridis = [
  ...['#440154', '#482475', '#414487', '#355f8d', '#2a788e'],
  ...['#21918c', '#22a884', '#44bf70', '#7ad151', '#bddf26', '#fde725'],
];

/** The parts of it that are legible on each page, from the worst value to the best, which has the most contrast. */
const parts: Readonly<Record<Theme, readonly [number, number]>> = { light: [0.88, 0], dark: [0.25, 1] };

/** The color of a value, as `#rrggbb`. @param place from 0 for the worst to 1 for the best */
export function rampColor(place: number, theme: Theme): string {
  const [worst, best] = parts[theme];
  const at = (worst + (best - worst) * Math.min(1, Math.max(0, place))) * (viridis.length - 1);
  const low = Math.min(viridis.length - 2, Math.floor(at));
  const [from, to] = [viridis[low]!, viridis[low + 1]!];
  const channels = [1, 3, 5].map((start) => {
    const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(start, start + 2), 16)) as [number, number];
    return Math.round(a + (at - low) * (b - a));
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
