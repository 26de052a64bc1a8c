import type { FollowedRun, RunProgress } from '@forge-ml/core/runs';
import { renderWatchedRuns } from '../render/runs/watched-runs.js';
import { colorsFor } from '../terminal/colors.js';
import { LiveBlock } from '../terminal/live-block.js';
import { showsUnicode } from '../terminal/unicode.js';
import { controlC, onKeys } from './keys.js';
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
  const { stdout } = process;
  const quit = new AbortController();
  const block = new LiveBlock(stdout);
  let shown: readonly RunProgress[] = [];
  const draw = () => {
    const { columns = 80, rows = 24 } = stdout;
    const settings = { colors: colorsFor(stdout), unicode: showsUnicode(process.env), now: Date.now() };
    block.draw(renderWatchedRuns(shown, { ...settings, columns, rows }));
  };
  const resized = () => {
    block.resized();
    draw();
  };
  const releaseKeys = onKeys((key) => {
    if (key === controlC) interrupted();
    if (key === 'q' || key === controlC) quit.abort();
  });
  stdout.on('resize', resized);
  try {
    const looked = (now: readonly RunProgress[]) => {
      shown = now;
      draw();
    };
    return await watchUntilEnd(runs, everyMs, { looked, signal: quit.signal });
  } finally {
    stdout.off('resize', resized);
    releaseKeys();
    block.stop();
  }
}
