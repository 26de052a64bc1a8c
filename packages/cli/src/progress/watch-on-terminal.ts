import type { FollowedRun, RunProgress } from '@forge-ml/core/runs';
import { renderWatchedRuns } from '../render/runs/watched-runs.js';
import { colorsFor } from '../terminal/colors.js';
import { showsUnicode } from '../terminal/unicode.js';
import { onLiveScreen } from './live-screen.js';
import { watchUntilEnd } from './watch-until-end.js';

/**
 * Shows a table of runs until all have ended, or until q is pressed.
 * @param interrupted called for Ctrl-C, which a terminal sends as a key meanwhile
 */
export async function watchOnTerminal(
  runs: readonly FollowedRun[],
  everyMs: number,
  interrupted: () => void,
): Promise<readonly RunProgress[]> {
  let shown: readonly RunProgress[] = [];
  const lines = (size: { readonly columns: number; readonly rows: number }) => {
    const settings = { colors: colorsFor(process.stdout), unicode: showsUnicode(process.env), now: Date.now() };
    return renderWatchedRuns(shown, { ...settings, ...size });
  };
  return onLiveScreen(lines, interrupted, ({ quit, draw }) => {
    const looked = (now: readonly RunProgress[]) => {
      shown = now;
      draw();
    };
    return watchUntilEnd(runs, everyMs, { looked, signal: quit });
  });
}
