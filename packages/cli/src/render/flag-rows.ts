import type { Flag, FlagSpecs } from '@forge-ml/core/flags';
import { toKebab } from '@forge-ml/core/flags';
import { printableText } from '@forge-ml/core/text';
import { describeLimits } from '../flags/describe-limits.js';

/** For each flag `--name=N` and its description with default, range and choices. */
export function flagRows(flags: FlagSpecs): [string, string][] {
  return Object.entries(flags).map(([name, spec]) => [
    printableText(label(toKebab(name), spec)),
    printableText(describe(spec)),
  ]);
}

function label(name: string, { kind, default: value }: Flag<unknown>): string {
  if (kind === 'boolean') return value === true ? `--[no-]${name}` : `--${name}`;
  return `--${name}=${placeholders[kind]}`;
}

const placeholders = { integer: 'N', float: 'X', string: 'TEXT', path: 'PATH' } as const;

function describe(spec: Flag<unknown>): string {
  const { kind, default: value, choices, description } = spec;
  const head = kind === 'boolean' || value === null ? '' : `[default: ${value}] `;
  const limits = choices === undefined ? describeLimits(spec) : `one of ${choices.join(', ')}`;
  return `${head}${description}${limits === '' ? '' : ` (${limits})`}`;
}
