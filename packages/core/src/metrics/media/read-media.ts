import { join } from 'node:path';
import { wholeLines } from '../log/whole-lines.js';
import { type MediaEntry, parseMediaLine } from './media-line.js';

/**
 * The media that a run has logged, in the order of the log; of a value that was logged again, the later line is the one
 * whose file it is.
 * @throws ForgeError RUN_INVALID naming the file and the invalid line, FILE_SYSTEM
 */
export async function* readMedia(run: string): AsyncGenerator<MediaEntry> {
  const path = join(run, 'media.jsonl');
  for await (const { first, lines } of wholeLines(path)) {
    for (const [index, line] of lines.entries()) yield parseMediaLine(line, path, `Line ${first + index}`);
  }
}
