/** A line of a unified diff, and what it is. */
export interface DiffLine {
  readonly text: string;
  readonly kind: 'added' | 'removed' | 'place' | 'same';
}

/** The lines of a unified diff, without those that name its files. */
export function diffLines(diff: string): DiffLine[] {
  const lines = diff.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let isInside = !lines.some((line) => line.startsWith('@@'));
  return lines.flatMap((text): DiffLine[] => {
    if (text.startsWith('@@')) {
      isInside = true;
      return [{ text, kind: 'place' }];
    }
    if (!isInside) return [];
    return [{ text, kind: text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : 'same' }];
  });
}
