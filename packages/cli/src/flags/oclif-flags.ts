import { type Flag, type FlagSpecs, toKebab } from '@forge-ml/core/flags';
import type { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { describeLimits } from './describe-limits.js';

type OclifFlags = NonNullable<typeof Command.flags>;

/** Forge's flags for oclif's help pages. Forge parses them itself. */
export function oclifFlags(specs: FlagSpecs, repeatable: readonly string[] = []): OclifFlags {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [toKebab(name), oclifFlag(spec, repeatable.includes(name))]),
  );
}

function oclifFlag(spec: Flag<unknown>, multiple: boolean): OclifFlags[string] {
  if (spec.kind === 'boolean') return Flags.boolean({ description: spec.description, allowNo: spec.default === true });
  const limits = describeLimits(spec);
  const shown = {
    description: limits === '' ? spec.description : `${spec.description} (${limits})`,
    helpValue: spec.choices?.join('|') ?? placeholders[spec.kind]!,
  };
  if (multiple) return Flags.string({ ...shown, multiple: true });
  return Flags.string({ ...shown, ...(spec.default === null ? {} : { default: String(spec.default) }) });
}

const placeholders: Readonly<Record<string, string>> = { integer: 'N', float: 'X', string: 'TEXT', path: 'PATH' };
