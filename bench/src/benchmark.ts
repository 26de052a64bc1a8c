/** One comparison: measured beside its reference in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** `×` for a ratio, `µs`, `ms` … */
  readonly unit: string;
  /** What must hold, e.g. `<= 1.02`; left out where the figure is for information. */
  readonly bar?: { readonly relation: '<=' | '>='; readonly value: number };
  /** The medians behind a ratio. */
  readonly detail: string;
}

export interface Benchmark {
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Runs the contenders in turn, A B A B …, so that a drift of the machine's speed meets all alike.
 * @returns every sample of each, the first round left out as a warm-up
 */
export async function interleave<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<readonly number[]>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const measured = await contenders[name]();
      if (round > 0) samples[name].push(...measured);
    }
  }
  return samples;
}

export function holds({ value, bar }: Row): boolean {
  return bar === undefined || (bar.relation === '<=' ? value <= bar.value : value >= bar.value);
}
