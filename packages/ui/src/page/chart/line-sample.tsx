import { isDark } from './page-theme.js';
import { dashesOf, inkOf } from './run-ink.js';

interface LineSampleProps {
  /** A position in the palette of runs. Default: the color of the text. */
  readonly color?: number;
  readonly dash?: number;
}

/** A piece of the line of a run. */
export function LineSample({ color, dash = 0 }: LineSampleProps) {
  const ink = color === undefined ? 'currentColor' : inkOf(color, isDark.value);
  return (
    <svg class="line-sample" viewBox="0 0 16 8" width="16" height="8" aria-hidden="true">
      <path d="M0,4H16" stroke={ink} stroke-dasharray={dashesOf(dash).join(' ')} />
    </svg>
  );
}
