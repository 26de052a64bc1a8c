import { logNormalMass } from '../density/normal.js';

/** So that a kernel's 90 % are inside its cell. */
const leastDeviation = 0.5 / 1.64;

/**
 * The density of counted values on a grid, by normal kernels of equal width (Scott, "Multivariate density estimation",
 * 1992) and a prior that weighs one value.
 * @param counts of each cell, at least one above 0
 * @returns the probability of each cell
 */
export function densityOfCells(counts: readonly number[]): number[] {
  const observed = counts.map((_, cell) => cell).filter((cell) => counts[cell]! > 0);
  const sum = observed.reduce((total, cell) => total + counts[cell]!, 0);
  const deviation = Math.max(leastDeviation, scottDeviation(counts, observed, sum));
  const top = counts.length - 1;
  const kernels = observed.map((cell) => ({ center: cell, deviation, weight: counts[cell]! }));
  kernels.push({ center: top / 2, deviation: counts.length, weight: 1 });
  return counts.map((_, cell) => {
    let density = 0;
    for (const { center, deviation, weight } of kernels) {
      const mass = (from: number, to: number) => logNormalMass((from - center) / deviation, (to - center) / deviation);
      density += (weight / (sum + 1)) * Math.exp(mass(cell - 0.5, cell + 0.5) - mass(-0.5, top + 0.5));
    }
    return density;
  });
}

function scottDeviation(counts: readonly number[], observed: readonly number[], sum: number): number {
  const weigh = (value: (cell: number) => number) =>
    observed.reduce((total, cell) => total + counts[cell]! * value(cell), 0);
  const mean = weigh((cell) => cell) / sum;
  const deviation = Math.sqrt(weigh((cell) => (cell - mean) ** 2) / Math.max(1, sum - 1));
  let cumulative = 0;
  const ranks = observed.map((cell) => {
    cumulative += counts[cell]!;
    return { cell, cumulative };
  });
  const last = observed.at(-1)!;
  const first = ranks.find((rank) => rank.cumulative >= Math.floor(sum / 4))?.cell ?? last;
  const third = ranks.find((rank) => rank.cumulative > Math.floor((sum * 3) / 4))?.cell ?? last;
  return 1.059 * Math.min((third - first) / 1.34, deviation) * sum ** -0.2;
}

/** The same for choices: each counted choice is likelier, by a weight of one value in total for all of them. */
export function densityOfChoices(counts: readonly number[]): number[] {
  const observed = counts.map((_, choice) => choice).filter((choice) => counts[choice]! > 0);
  const sum = observed.reduce((total, choice) => total + counts[choice]!, 0);
  const prior = 1 / (observed.length + 1);
  return counts.map((_, choice) => {
    let density = 1 / counts.length;
    for (const other of observed) {
      density += (counts[other]! * (prior + (other === choice ? 1 : 0))) / (1 + counts.length * prior);
    }
    return density / (sum + 1);
  });
}
