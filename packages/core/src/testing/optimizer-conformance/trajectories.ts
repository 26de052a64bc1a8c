import { ok } from 'node:assert/strict';
import type { OptimizerConformanceOptions } from './options.js';
import { type PaperUpdate, paperCases } from './papers.js';

const steps = 5;
const start = [0.5, -1.25, 2, 0.01];
/** Gradients of different sizes and signs, one of them zero at times. */
const gradientAt = (step: number): number[] => [Math.sin(step + 1), -0.3 * (step + 1), step % 2 === 0 ? 0 : 4, 1e-3];

/** Parameters after several updates, against the papers. */
export function describeTrajectories({ update }: OptimizerConformanceOptions): void {
  for (const { title, optimizer, next } of paperCases) {
    it(`${title}: as in its paper`, async () => {
      const gradients = (step: number) => ({ w: gradientAt(step) });
      const { parameters } = await update({ optimizer, initial: { w: start }, steps, gradients });
      expectClose(parameters.w, trajectory(next));
    });
  }
}

function trajectory(next: PaperUpdate): number[] {
  return start.map((initial, element) => {
    const state: Record<string, number> = {};
    let parameter = initial;
    for (let step = 0; step < steps; step++) parameter = next(parameter, gradientAt(step)[element]!, state, step + 1);
    return parameter;
  });
}

/** Up to the rounding of float32. */
export function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  const isClose = (value: number, at: number) =>
    Math.abs((actual?.[at] ?? Number.NaN) - value) <= 2e-6 * Math.max(1, Math.abs(value));
  ok(actual?.length === expected.length && expected.every(isClose), `expected [${actual}] to be [${expected}]`);
}
