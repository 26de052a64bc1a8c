import { asUnassigned } from './characters.js';
import { unsupported } from './config.js';

/** A part of a text, and whether the pattern matches it. */
interface Segment {
  readonly text: string;
  readonly matches: boolean;
}

/**
 * Splits a text where a pattern matches. What happens to the matches is the behavior, by its name in a tokenizer.json.
 * @param invert split where it does not match
 */
export function splitBy(text: string, pattern: RegExp, behavior: string, invert = false): string[] {
  const segments = segmentsOf(text, pattern, invert);
  switch (behavior.toLowerCase().replaceAll('_', '')) {
    case 'isolated':
      return segments.map((segment) => segment.text);
    case 'removed':
      return segments.filter(({ matches }) => !matches).map((segment) => segment.text);
    case 'contiguous':
      return joined(segments, (before, segment) => before.matches === segment.matches);
    case 'mergedwithprevious':
      return joined(segments, (before, segment) => segment.matches && !before.matches);
    case 'mergedwithnext':
      return joined(segments, (before, segment) => before.matches && !segment.matches);
    default:
      throw unsupported('pre-tokenizer with the behavior', behavior);
  }
}

function segmentsOf(text: string, pattern: RegExp, invert: boolean): Segment[] {
  const segments: Segment[] = [];
  const add = (from: number, to: number, matches: boolean) => {
    if (to > from) segments.push({ text: text.slice(from, to), matches: matches !== invert });
  };
  let end = 0;
  for (const match of asUnassigned(text).matchAll(pattern)) {
    add(end, match.index, false);
    end = match.index + match[0].length;
    add(match.index, end, true);
  }
  add(end, text.length, false);
  return segments;
}

/** Joins each segment with the one before it where `together` holds. */
function joined(segments: readonly Segment[], together: (before: Segment, segment: Segment) => boolean): string[] {
  const out: string[] = [];
  segments.forEach((segment, at) => {
    if (at > 0 && together(segments[at - 1]!, segment)) out[out.length - 1] += segment.text;
    else out.push(segment.text);
  });
  return out;
}
