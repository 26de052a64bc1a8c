import type { CodeDiffView } from '../protocol/comparison.js';

const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;

/** The difference in the other direction: what was added is removed. */
export function invertCodeDiff({ files, truncated }: CodeDiffView): CodeDiffView {
  return {
    files: files.map(({ path, change, diff }) => ({ path, change: opposite[change], diff: invertPatch(diff) })),
    truncated,
  };
}

/** A unified diff in the other direction, removed lines before added ones; a text that is none stays as it is. */
function invertPatch(patch: string): string {
  const [old, now, ...lines] = patch.split('\n');
  if (!old?.startsWith('--- ') || !now?.startsWith('+++ ')) return patch;
  const inverted = [`--- ${named(now, 'a')}`, `+++ ${named(old, 'b')}`];
  let [removed, added]: [string[], string[]] = [[], []];
  let last = inverted;
  for (const line of lines) {
    if (line.startsWith('-')) {
      added.push(`+${line.slice(1)}`);
      last = added;
    } else if (line.startsWith('+')) {
      removed.push(`-${line.slice(1)}`);
      last = removed;
    } else if (line.startsWith('\\')) {
      // That the line before it has no line end.
      last.push(line);
    } else {
      inverted.push(...removed, ...added, line.replace(/^@@ -(\S+) \+(\S+) @@/, '@@ -$2 +$1 @@'));
      [removed, added] = [[], []];
      last = inverted;
    }
  }
  return [...inverted, ...removed, ...added].join('\n');
}

/** A file's name in the header of a diff, with the letter of its side. */
function named(header: string, side: 'a' | 'b'): string {
  return header.slice('--- '.length).replace(/^("?)[ab]\//, `$1${side}/`);
}
