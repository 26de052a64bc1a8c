import { printable } from '@forge-ml/core/text';
import type { AnnotatedRun } from '../../actions/annotate-runs.js';
import type { Colors } from '../../terminal/colors.js';

/** A field of a run's annotations after a change: `churn/12  tags paper, draft`. */
export function renderAnnotation(found: AnnotatedRun, field: 'tags' | 'note' | 'name', colors: Colors): string {
  const { experiment, number, ...annotations } = printable(found);
  const value = annotations[field];
  const text = typeof value === 'string' ? value : value.join(', ');
  const label = colors.bold(`${experiment}/${number}`);
  return text === '' ? `${label}  ${colors.dim(`no ${field}`)}` : `${label}  ${colors.dim(field)} ${text}`;
}
