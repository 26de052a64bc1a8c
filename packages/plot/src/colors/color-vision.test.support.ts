/** Red, green and blue of `#rrggbb` as light, from 0 to 1. */
export function lightOf(color: string): number[] {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

/** The contrast of two colors, from 1 to 21: WCAG 2.2. */
export function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((color) => luminance(lightOf(color))).sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance([red, green, blue]: readonly number[]): number {
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** How each kind of color blindness changes red, green and blue: Machado, Oliveira and Fernandes, 2009, severity 1. */
export const visions = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

/** Lightness and two color axes as a reader sees them: Oklab, in which 0.02 is a just noticeable difference. */
export function seen(color: string, vision: keyof typeof visions): number[] {
  const light = product(visions[vision], lightOf(color)).map((value) => Math.min(1, Math.max(0, value)));
  const cones = product(
    [
      0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376,
      0.6299787005,
    ],
    light,
  ).map(Math.cbrt);
  return product(
    [
      0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662,
      -0.808675766,
    ],
    cones,
  );
}

function product(matrix: readonly number[], [a, b, c]: readonly number[]): number[] {
  return [0, 3, 6].map((row) => matrix[row]! * a! + matrix[row + 1]! * b! + matrix[row + 2]! * c!);
}
