import { printable } from '@forge-ml/core/text';
import type { Check } from '../actions/diagnose.js';
import type { Colors } from '../terminal/colors.js';
import { padText, widestOf } from '../terminal/text-width.js';

/** Checks, one a line, each with its remedy below. */
export function renderChecks(found: readonly Check[], colors: Colors): string {
  const checks = printable(found);
  const width = widestOf(checks.map(({ name }) => name));
  const marks = { ok: colors.green('✓'), warn: colors.yellow('!'), fail: colors.red('✗') };
  return checks
    .flatMap(({ name, status, detail, remedy }) => [
      `${marks[status]} ${padText(name, width)}  ${detail}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(width + 4)}${colors.dim('→')} ${remedy}`]),
    ])
    .join('\n');
}
