import { type Batch, type DryRun, sizeOf } from '@forge-ml/core';
import { numbersIn } from '@forge-ml/core/cli';

const mostExamples = 3;
const mostNumbers = 16;

/** An array of an example. */
export interface ShownArray {
  readonly shape: readonly number[];
  /** The first numbers, row-major. */
  readonly numbers: readonly number[];
}

/** What `forge train --dry-run` reports. */
export interface DryRunReport extends Omit<DryRun, 'batch'> {
  readonly dryRun: true;
  /** The types and shapes of the first batch, by name. */
  readonly batch: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[] }>>;
  /** The first examples of that batch, by name. */
  readonly examples: readonly Readonly<Record<string, ShownArray>>[];
}

export function reportDryRun({ batch, ...others }: DryRun): DryRunReport {
  const signature = Object.entries(batch).map(([name, { dtype, shape }]) => [name, { dtype, shape }] as const);
  return { dryRun: true, ...others, batch: Object.fromEntries(signature), examples: examplesOf(batch) };
}

function examplesOf(batch: Batch): Record<string, ShownArray>[] {
  const size = Math.min(mostExamples, ...Object.values(batch).map(({ shape }) => shape[0] ?? 0));
  return Array.from({ length: size }, (_, index) =>
    Object.fromEntries(
      Object.entries(batch).map(([name, value]) => {
        const shape = value.shape.slice(1);
        const from = index * sizeOf(shape);
        return [name, { shape, numbers: numbersIn(value, from, from + Math.min(sizeOf(shape), mostNumbers)) }];
      }),
    ),
  );
}

/** An image of an example: height, width, 1 or 3 channels, row-major from 0 to 1. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly values: readonly number[];
}

/** The first examples of each array `[batch, height, width, 1 or 3]`, by its name. */
export function picturesOf(batch: Batch): Readonly<Record<string, readonly Picture[]>> {
  const images = Object.entries(batch).filter(([, { shape }]) => {
    const [, height = 0, width = 0, channels] = shape;
    return shape.length === 4 && Math.min(height, width) > 1 && (channels === 1 || channels === 3);
  });
  return Object.fromEntries(
    images.map(([name, value]) => {
      const [size, height, width, channels] = value.shape as [number, number, number, 1 | 3];
      const pictures = Array.from({ length: Math.min(size, mostExamples) }, (_, index) => {
        const count = height * width * channels;
        const numbers = numbersIn(value, index * count, (index + 1) * count);
        return { height, width, channels, values: scaled(numbers, value.dtype === 'uint8') };
      });
      return [name, pictures];
    }),
  );
}

/** From 0 to 1: bytes by their range, other numbers by that of the image. */
function scaled(numbers: readonly number[], bytes: boolean): number[] {
  const finite = numbers.filter(Number.isFinite);
  const low = bytes ? 0 : finite.reduce((a, b) => Math.min(a, b), 0);
  const high = bytes ? 255 : finite.reduce((a, b) => Math.max(a, b), low);
  return numbers.map((number) => (Number.isFinite(number) && high > low ? (number - low) / (high - low) : 0));
}
