import type { ListedRun } from '../actions/listed-run.js';
import type { Colors } from '../terminal/colors.js';

/** A status in its colour. */
export function renderStatus(status: ListedRun['status'], colors: Colors): string {
  switch (status) {
    case 'completed':
      return colors.green(status);
    case 'running':
      return colors.cyan(status);
    case 'stopped':
      return colors.yellow(status);
    default:
      return colors.red(status);
  }
}
