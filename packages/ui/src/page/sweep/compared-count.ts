/** More trials than these are hard to compare, if a person does not choose. */
export const usualCompared = 5;
/** As many runs as a comparison has. */
export const mostCompared = 500;

/** How many of the best trials are compared, as an address says it; what is not valid is the default. */
export function comparedCount(text: string | null): number {
  const count = /^\d{1,9}$/.test(text ?? '') ? Number(text) : usualCompared;
  return Math.min(mostCompared, Math.max(2, count));
}
