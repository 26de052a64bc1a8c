import { LiveBlock } from '../terminal/live-block.js';
import { controlC, onKeys } from './keys.js';

export interface LiveScreen {
  /** Aborted when q or Ctrl-C is pressed. */
  readonly quit: AbortSignal;
  /** Draws the lines again, as after news. */
  draw(): void;
}

/**
 * Keeps a block of lines on the terminal while work lasts: draws it again when the terminal changes its size.
 * @param lines what to show, on a terminal of that size
 * @param interrupted called for Ctrl-C, which a terminal sends as a key meanwhile
 */
export async function onLiveScreen<T>(
  lines: (size: { readonly columns: number; readonly rows: number }) => string,
  interrupted: () => void,
  work: (screen: LiveScreen) => Promise<T>,
): Promise<T> {
  const { stdout } = process;
  const quit = new AbortController();
  const block = new LiveBlock(stdout);
  const draw = () => {
    const { columns = 80, rows = 24 } = stdout;
    block.draw(lines({ columns, rows }));
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
    return await work({ quit: quit.signal, draw });
  } finally {
    stdout.off('resize', resized);
    releaseKeys();
    block.stop();
  }
}
