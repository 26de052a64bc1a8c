/** A place of a searched text: in which of several texts, and where in it. */
export interface Match {
  readonly text: number;
  readonly at: number;
}

/** More matches than a person steps through. */
const most = 10_000;

/** All places of a text, without regard to case, in their order. */
export function findInTexts(texts: readonly string[], searched: string): Match[] {
  if (searched === '') return [];
  const pattern = new RegExp(searched.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
  const matches: Match[] = [];
  for (const [text, content] of texts.entries()) {
    for (const { index } of content.matchAll(pattern)) {
      matches.push({ text, at: index });
      if (matches.length === most) return matches;
    }
  }
  return matches;
}
