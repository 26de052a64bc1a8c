/** One comparison with a reference, measured in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** `×` for a ratio, `µs`, `ms` … */
  readonly unit: string;
  /** The bar, e.g. `<= 1.02`. Default: none, for information only. */
  readonly bar?: { readonly relation: '<=' | '>='; readonly value: number };
  /** The medians behind a ratio. */
  readonly detail: string;
}

export interface Benchmark {
  readonly name: string;
  /** Takes so long that it runs only when it is named. Default: false. */
  readonly onlyByName?: boolean;
  run(): Promise<readonly Row[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Runs the contenders alternately, A B B A …, so that changes in the machine's speed affect all equally.
 * @returns every sample of each, without the first round, which is a warm-up
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
