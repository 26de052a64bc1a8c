/** Keys of values that are not fields. */
export function isHidden(key: string): boolean {
  return key.startsWith('#');
}

/** When the run was created, ms since the Unix epoch; of a damaged run, when its folder last changed. */
export const timeKey = '#time';

/** Which values of a run were read: see `ReadLevel`. */
export const levelKey = '#level';

/** Where the recorded direction of a metric is, by its address `valid.loss`. */
export function directionKey(address: string): string {
  return `#direction.${address}`;
}

/** Where the step of the best value of a metric is, by its address. */
export function stepKey(address: string): string {
  return `#step.${address}`;
}

interface MetricKeys {
  readonly last: string;
  readonly best: string;
  readonly step: string;
}

/** The keys of values. Each is made once: to join texts for each value of thousands of runs took longer than to read them. */
export class ValueKeys {
  private readonly metrics = new Map<string, Map<string, MetricKeys>>();
  private readonly directions = new Map<string, string>();
  private readonly flags = new Map<string, string>();

  ofMetric(split: string, name: string): MetricKeys {
    const metrics = getOrMake(this.metrics, split, () => new Map<string, MetricKeys>());
    return getOrMake(metrics, name, () => {
      const address = `${split}.${name}`;
      return { last: `last.${address}`, best: `best.${address}`, step: stepKey(address) };
    });
  }

  ofDirection(address: string): string {
    return getOrMake(this.directions, address, () => directionKey(address));
  }

  ofFlag(name: string): string {
    return getOrMake(this.flags, name, () => `flags.${name}`);
  }
}

function getOrMake<T>(known: Map<string, T>, name: string, make: () => T): T {
  let value = known.get(name);
  if (value === undefined) {
    value = make();
    known.set(name, value);
  }
  return value;
}
