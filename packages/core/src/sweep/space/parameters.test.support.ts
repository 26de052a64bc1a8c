import fc from 'fast-check';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { flag } from '../../config/flags/flag.js';
import { choice, integer, log, type ParameterDefinition, type SpaceDefinition, uniform } from './definitions.js';
import { countValues, isDiscrete, valueAt } from './parameter-values.js';
import { resolveSpace } from './resolve-space.js';
import type { Space } from './space.js';

/** Flags of each kind. */
export const anyFlags: FlagSpecs = {
  rate: flag.float(0.1, 'A number.'),
  width: flag.integer(1, 'A whole number.'),
  limit: flag.integer(null, 'A whole number, or none.'),
  name: flag.string('a', 'Text.'),
  note: flag.string(null, 'Text, or none.'),
  fast: flag.boolean(false, 'True or false.'),
};

const numbers = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1e3, max: 1e3, noNaN: true }));
const positive = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 1e-7, max: 1e3, noNaN: true }));
const whole = fc.integer({ min: -500, max: 500 });
const texts = fc.oneof(
  fc.constantFrom('none', 'true', '3', '1..2', '../data', 'a,b', "it's", '"', '\\', 'when', 'log(1..2)', 'a b', ''),
  fc.string({ maxLength: 8 }),
);
const steps = fc.option(fc.constantFrom(0.1, 0.25, 1, 3, 1e-3), { nil: undefined });

const ordered = <T extends number>(values: fc.Arbitrary<T>) =>
  fc.tuple(values, values).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const choices = (values: fc.Arbitrary<string | number | boolean | null>) =>
  fc.uniqueArray(values, { minLength: 1, maxLength: 5, comparator: (a, b) => a === b }).map((all) => choice(...all));

const definitionsOf: Readonly<Record<string, fc.Arbitrary<ParameterDefinition>>> = {
  rate: fc.oneof(
    fc.tuple(ordered(numbers), steps).map(([[low, high], step]) => uniform(low, high, { step })),
    ordered(positive).map(([low, high]) => log(low, high)),
    ordered(whole).map(([low, high]) => integer(low, high, { step: 2 })),
    choices(numbers),
  ),
  width: fc.oneof(
    ordered(whole).map(([low, high]) => uniform(low, high)),
    ordered(fc.integer({ min: 1, max: 500 })).map(([low, high]) => log(low, high)),
    choices(whole),
  ),
  limit: choices(fc.oneof(whole, fc.constant(null))),
  name: choices(texts),
  note: choices(fc.oneof(texts, fc.constant(null))),
  fast: choices(fc.boolean()),
};

/** Spaces of several flags, with conditions. */
export const anySpace: fc.Arbitrary<Space> = fc
  .tuple(
    fc.shuffledSubarray(Object.keys(anyFlags), { minLength: 1 }),
    fc.record(definitionsOf),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 6, maxLength: 6 }),
  )
  .map(([names, definitions, draws]) => {
    const chosen: Record<string, ParameterDefinition> = {};
    for (const [at, name] of names.entries()) {
      const when = at === 0 ? null : conditionOn(chosen, names, draws[at]!);
      chosen[name] = { ...definitions[name]!, when };
    }
    return resolveSpace(chosen, anyFlags);
  });

/** A condition on one of the parameters so far, of every second one that could have one. */
function conditionOn(chosen: SpaceDefinition, names: readonly string[], [which, value]: [number, number]) {
  const so = Object.keys(chosen);
  const name = names[which % (2 * so.length)]!;
  if (which % (2 * so.length) >= so.length) return null;
  const parameter = resolveSpace(chosen, anyFlags)[name]!;
  if (!isDiscrete(parameter)) return null;
  const count = countValues(parameter);
  return { parameter: name, values: [valueAt(parameter, value % count), valueAt(parameter, (value + 1) % count)] };
}
