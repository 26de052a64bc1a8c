import { printable } from '@forge-ml/core/text';
import type { Check } from '../actions/diagnose.js';
import type { Colors } from '../terminal/colors.js';

/** Checks in a column, each with a mark, and under it what would help. */
export function renderChecks(found: readonly Check[], colors: Colors): string {
  const checks = printable(found);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const marks = { ok: colors.green('✓'), warn: colors.yellow('!'), fail: colors.red('✗') };
  return checks
    .flatMap(({ name, status, detail, remedy }) => [
      `${marks[status]} ${name.padEnd(width)}  ${detail}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(width + 4)}${colors.dim('→')} ${remedy}`]),
    ])
    .join('\n');
}
