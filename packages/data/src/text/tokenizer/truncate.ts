/**
 * How many tokens are kept of a pair of texts that together may have `most`: of the longer one as few as needed, then the
 * same number of both (`longest_first` of the reference implementation).
 */
export function keptOfPair(first: number, second: number, most: number): [first: number, second: number] {
  if (first + second <= most) return [first, second];
  const shorter = Math.min(first, second);
  const longer = shorter > most ? shorter : Math.max(shorter, most - shorter);
  const half = Math.floor(most / 2);
  const [few, many] = shorter + longer > most ? [half, half + (most % 2)] : [shorter, longer];
  return first > second ? [many, few] : [few, many];
}
