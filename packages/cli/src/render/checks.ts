import { printable } from '@forge-ml/core/text';
import type { Check } from '../actions/diagnose.js';
import type { Colors } from '../terminal/colors.js';
import { padText, widestOf } from '../terminal/text-width.js';
import { wrapWords } from '../terminal/wrap.js';
import { renderRemedy } from './remedy.js';

/** Checks, one a line, each with its remedy below. */
export function renderChecks(found: readonly Check[], colors: Colors, columns: number): string {
  const checks = printable(found);
  const width = widestOf(checks.map(({ name }) => name));
  const marks = { ok: colors.green('✓'), warn: colors.yellow('!'), fail: colors.red('✗') };
  return checks
    .flatMap(({ name, status, detail, remedy }) => [
      wrapWords(detail, columns, `${marks[status]} ${padText(name, width)}`),
      ...(remedy === undefined ? [] : [renderRemedy(remedy, width + 4, colors, columns)]),
    ])
    .join('\n');
}
