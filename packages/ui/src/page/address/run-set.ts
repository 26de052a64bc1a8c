import type { RunId } from '../../protocol/overview.js';

/*
 * Runs in an address: `results/churn/1-40,43,results/wide/2`. An item without a slash is of the same experiment as the one
 * before it. Hundreds of runs are a short text.
 */

/** Most numbers that a range stands for: an address can be anything. */
const mostNumbers = 20_000;

/** Numbers of an experiment are in ascending order, experiments in the order of their first run. */
export function formatRunSet(runs: Iterable<RunId>): string {
  const numbersOf = new Map<string, number[]>();
  for (const id of runs) {
    const slash = id.lastIndexOf('/');
    const experiment = id.slice(0, slash);
    const numbers = numbersOf.get(experiment) ?? [];
    numbers.push(Number(id.slice(slash + 1)));
    numbersOf.set(experiment, numbers);
  }
  return [...numbersOf].map(([experiment, numbers]) => `${escaped(experiment)}/${ranges(numbers)}`).join(',');
}

/** What is no run is ignored. */
export function parseRunSet(text: string): RunId[] {
  const runs = new Set<RunId>();
  let experiment = '';
  for (const item of text.split(',')) {
    const slash = item.lastIndexOf('/');
    if (slash >= 0) experiment = unescaped(item.slice(0, slash));
    const range = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(item.slice(slash + 1));
    if (range === null || !experiment.includes('/')) continue;
    const last = Number(range[2] ?? range[1]);
    for (let number = Number(range[1]); number <= last && runs.size < mostNumbers; number++) {
      runs.add(`${experiment}/${number}`);
    }
  }
  return [...runs];
}

function ranges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let from = 0, to = 0; from < sorted.length; from = to + 1) {
    to = from;
    while (sorted[to + 1] === sorted[to]! + 1) to++;
    parts.push(from === to ? String(sorted[from]) : `${sorted[from]}-${sorted[to]}`);
  }
  return parts.join(',');
}

function escaped(name: string): string {
  return name.replaceAll('%', '%25').replaceAll(',', '%2C');
}

function unescaped(name: string): string {
  return name.replaceAll('%2C', ',').replaceAll('%25', '%');
}
