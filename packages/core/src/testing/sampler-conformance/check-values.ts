import { ok } from 'node:assert/strict';
import type { Parameter, ParameterValue, ParameterValues, Space } from '../../sweep/space/space.js';

/** How far a value may be from `low + n · step`, in steps: the rounding of the product. */
const tolerance = 1e-6;

/** Holds that each active parameter has one of its values, and that no other is there. */
export function checkValues(space: Space, values: ParameterValues, where: string): void {
  for (const name of Object.keys(values)) ok(Object.hasOwn(space, name), `${where}: ${name} is not in the space`);
  for (const [name, parameter] of Object.entries(space)) {
    const active = isActive(parameter, values);
    const present = Object.hasOwn(values, name);
    ok(present || !active, `${where}: ${name} is active, but has no value`);
    ok(active || !present, `${where}: ${name} has a value, but its condition is not met`);
    if (active) {
      const value = values[name]!;
      ok(isValueOf(parameter, value), `${where}: ${name} is ${JSON.stringify(value)}, which is none of its values`);
    }
  }
}

function isActive({ when }: Parameter, values: ParameterValues): boolean {
  return when === null || (Object.hasOwn(values, when.parameter) && includes(when.values, values[when.parameter]!));
}

function isValueOf(parameter: Parameter, value: ParameterValue): boolean {
  if (parameter.kind === 'choice') return parameter.choices.includes(value);
  const { kind, low, high, step } = parameter;
  if (typeof value !== 'number' || !(value >= low && value <= high)) return false;
  if (kind === 'integer' && !Number.isInteger(value)) return false;
  if (step === null) return true;
  const steps = (value - low) / step;
  return Math.abs(steps - Math.round(steps)) <= tolerance;
}

/** Numbers of a condition may differ by the rounding of `low + n · step`. */
function includes(values: readonly ParameterValue[], value: ParameterValue): boolean {
  return values.some(
    (other) =>
      other === value ||
      (typeof other === 'number' && typeof value === 'number' && Math.abs(other - value) < 1e-12 * Math.abs(other)),
  );
}

/** All values of a finite space, each as the key of a trial. */
export function allKeys(space: Space): Set<string> {
  let all: ParameterValues[] = [{}];
  for (const [name, parameter] of Object.entries(space)) {
    all = all.flatMap((values) =>
      isActive(parameter, values) ? valuesOf(parameter).map((value) => ({ ...values, [name]: value })) : [values],
    );
  }
  return new Set(all.map(keyOf));
}

/** Equal for equal parameters, whatever their order, up to the rounding of steps. */
export function keyOf(values: ParameterValues): string {
  const rounded = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  ]);
  return JSON.stringify(rounded.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function valuesOf(parameter: Parameter): readonly ParameterValue[] {
  if (parameter.kind === 'choice') return parameter.choices;
  const { low, high, step } = parameter;
  if (step === null) throw new TypeError('A range without a step has no list of values.');
  const count = Math.floor((high - low) / step + tolerance) + 1;
  return Array.from({ length: count }, (_, index) => low + index * step);
}
