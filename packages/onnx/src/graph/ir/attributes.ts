import type { AnyTensor } from '../../tensor/tensor.js';
import type { Attribute, Graph } from './graph.js';

export const int = (value: number | boolean): Attribute => ({ type: 'int', value: Number(value) });
export const float = (value: number): Attribute => ({ type: 'float', value });
export const text = (value: string): Attribute => ({ type: 'string', value });
export const ints = (value: readonly number[]): Attribute => ({ type: 'ints', value: [...value] });
export const floats = (value: readonly number[]): Attribute => ({ type: 'floats', value: [...value] });
export const texts = (value: readonly string[]): Attribute => ({ type: 'strings', value: [...value] });
export const tensorAttribute = (value: AnyTensor): Attribute => ({ type: 'tensor', value });
export const graphAttribute = (value: Graph): Attribute => ({ type: 'graph', value });

/** The attributes that are defined; the others are omitted, so that ONNX's defaults apply. */
export function given(attributes: Record<string, Attribute | undefined>): Record<string, Attribute> {
  const kept: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(attributes)) if (attribute !== undefined) kept[name] = attribute;
  return kept;
}

/** `make(value)`, or undefined for undefined. */
export function maybe<T>(make: (value: T) => Attribute, value: T | undefined): Attribute | undefined {
  return value === undefined ? undefined : make(value);
}
