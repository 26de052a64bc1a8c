import { glyphs, type Stroke } from './glyphs.ts';
import { type Random, randomAt } from './random.ts';

/** Pixels along a side. */
export const side = 28;

/** A square image and the pen that draws on it. */
interface Paper {
  /** [side, side], 0 (paper) to 1 (full ink). */
  readonly pixels: Float32Array;
  /** Half the width of a stroke, in pixels. */
  readonly penRadius: number;
  /** The width of a stroke's soft edge, in pixels. */
  readonly softness: number;
}

/** Maps a point of the glyph's box to the image: a wave, then shear, rotation, scale and shift. */
type Placement = (x: number, y: number) => readonly [number, number];

/**
 * Draws synthetic handwritten digits. The digit at an index of a seed is always the same.
 * Returns images [count, side, side, 1] from 0 to 1, and their labels [count].
 */
export function drawDigits(seed: number, first: number, count: number): { images: Float32Array; labels: Int32Array } {
  const size = side * side;
  const images = new Float32Array(count * size);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = drawDigit(seed, first + n, images.subarray(n * size, (n + 1) * size));
  }
  return { images, labels };
}

/** Draws one digit. @returns its label */
function drawDigit(seed: number, index: number, pixels: Float32Array): number {
  const random = randomAt(seed, index);
  const digit = random.below(glyphs.length);
  const variants = glyphs[digit]!;
  const strokes = variants[random.below(variants.length)]!;
  const paper = { pixels, penRadius: random.between(0.7, 1.7), softness: random.between(0.8, 1.6) };
  const place = placement(random);
  for (const stroke of strokes) drawStroke(paper, stroke, place, random);
  if (random.below(3) === 0) drawSpecks(paper, random);
  addNoise(pixels, random);
  return digit;
}

function placement(random: Random): Placement {
  const angle = 0.13 * random.normal();
  const shear = 0.06 + 0.18 * random.normal();
  const width = random.between(10, 18);
  const height = random.between(16, 21);
  const left = side / 2 + 1.1 * random.normal();
  const top = side / 2 + 1.1 * random.normal();
  const wave = 0.04 * random.normal();
  const phase = random.between(0, 2 * Math.PI);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return (x, y) => {
    const across = (x + wave * Math.sin(5 * y + phase)) * width - shear * y * height;
    const down = (y + wave * Math.sin(5 * x + phase)) * height;
    return [left + cos * across - sin * down, top + sin * across + cos * down];
  };
}

/** Draws a stroke with jittered points and varying pressure. */
function drawStroke(paper: Paper, stroke: Stroke, place: Placement, random: Random): void {
  const points: (readonly [number, number])[] = [];
  for (const { x, y, corner } of stroke) {
    const point = place(x + 0.03 * random.normal(), y + 0.03 * random.normal());
    points.push(point);
    // The curve has a corner at a repeated point.
    if (corner) points.push(point);
  }
  const swing = random.between(0, 0.35);
  const phase = random.between(0, 2 * Math.PI);
  let [fromX, fromY] = points[0]!;
  const stepsPerPiece = 5;
  for (let piece = 0; piece + 1 < points.length; piece++) {
    const before = points[Math.max(piece - 1, 0)]!;
    const start = points[piece]!;
    const end = points[piece + 1]!;
    const after = points[Math.min(piece + 2, points.length - 1)]!;
    if (start === end) continue;
    for (let step = 1; step <= stepsPerPiece; step++) {
      const t = step / stepsPerPiece;
      const x = catmullRom(before[0], start[0], end[0], after[0], t);
      const y = catmullRom(before[1], start[1], end[1], after[1], t);
      const pressure = 1 + swing * Math.sin(phase + piece + t);
      drawLine(paper, fromX, fromY, x, y, paper.penRadius * pressure);
      fromX = x;
      fromY = y;
    }
  }
}

/** The cubic through b (t = 0) and c (t = 1) whose slopes there follow the neighbours a and d. */
function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Sets pixels by their distance to the line, with a soft edge. Crossing lines do not add up. */
function drawLine(paper: Paper, x0: number, y0: number, x1: number, y1: number, radius: number): void {
  const { pixels, softness } = paper;
  const reach = radius + softness / 2;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(side - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squaredLength = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squaredLength));
      const offX = x - x0 - along * dx;
      const offY = y - y0 - along * dy;
      const ink = Math.min(1, (reach - Math.sqrt(offX * offX + offY * offY)) / softness);
      const at = y * side + x;
      if (ink > pixels[at]!) pixels[at] = ink;
    }
  }
}

/** Adds dots and scratches, as a scanner would. */
function drawSpecks(paper: Paper, random: Random): void {
  for (let left = 1 + random.below(3); left > 0; left--) {
    const x = random.between(0, side);
    const y = random.between(0, side);
    const length = random.between(0, 4);
    const angle = random.between(0, 2 * Math.PI);
    drawLine(paper, x, y, x + length * Math.cos(angle), y + length * Math.sin(angle), random.between(0.4, 1));
  }
}

/** Varies the intensity of the ink, and adds noise to each pixel. */
function addNoise(pixels: Float32Array, random: Random): void {
  const strength = random.between(0.65, 1);
  const noise = random.between(0, 0.12);
  for (let n = 0; n < pixels.length; n++) {
    pixels[n] = Math.min(1, Math.max(0, pixels[n]! * strength + random.between(-noise, noise)));
  }
}
