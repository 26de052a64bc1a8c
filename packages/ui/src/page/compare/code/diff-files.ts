import type { CodeDiffView } from '../../../protocol/comparison.js';
import { type DiffFile, parseDiff } from '../../run/code/diff.js';

/** The files that differ between the code of two runs. Of one that is no text, there is a note instead of lines. */
export function diffFiles({ files }: CodeDiffView): DiffFile[] {
  return files.map(({ path, change, diff }) => {
    const lines = parseDiff(`diff --git a/${path} b/${path}\n${diff}`);
    return { ...lines[0]!, path, from: null, change };
  });
}
