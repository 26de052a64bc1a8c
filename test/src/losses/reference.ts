import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A loss and its gradients as PyTorch computes them in float64; reference.py makes them. */
export interface ReferenceCase {
  readonly title: string;
  readonly function: string;
  /** Names of arrays. */
  readonly args: readonly string[];
  /** `@name` stands for an array. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ReferenceArray>>;
  readonly loss: number;
  /** By argument. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

export interface ReferenceArray {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const file = join(import.meta.dirname, '../../src/losses/reference.json');
export const referenceCases: readonly ReferenceCase[] = JSON.parse(readFileSync(file, 'utf8'));

/** The options with the arrays in them. */
export function optionsOf<T>({ options }: ReferenceCase, arrays: Readonly<Record<string, T>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      return [name, typeof value === 'string' && value.startsWith('@') ? arrays[value.slice(1)] : value];
    }),
  );
}
