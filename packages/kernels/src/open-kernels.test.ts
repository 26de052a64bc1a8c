import { expect } from 'chai';
import fc from 'fast-check';
import { type FormulaName, formulas } from './formulas.js';
import type { Kernels, UpdateCall } from './kernels.js';
import { openKernels } from './open-kernels.js';
import { plainKernels } from './plain-kernels.js';
import { sharedMemory } from './shared-memory.js';
import { Memory, type WasmMemory } from './web-assembly.js';

const memories = {
  unshared: new Memory({ initial: 1, maximum: 16, shared: false }),
  shared: sharedMemory(65_536),
};

const ordinary = fc.float({ min: -2, max: 2, noNaN: true }).filter((value) => Math.abs(value) > 2 ** -10);

/** All of float32: denormals, infinities, NaN and both zeros among them; a third of them of ordinary size. */
const float32 = fc.oneof(
  fc.float(),
  ordinary,
  fc.constantFrom(0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, Number.NaN, Number.POSITIVE_INFINITY),
);

const scalar = fc.oneof(fc.float({ min: 0, max: 1, noNaN: true }), float32);

interface Case {
  readonly call: UpdateCall;
  readonly content: readonly number[];
}

/** A call with its memory: all places one after the other, each with a gap that nothing may write. */
function anUpdate(name: FormulaName): fc.Arbitrary<Case> {
  const { slots, constants } = formulas[name];
  return fc
    .record({
      count: fc.integer({ min: 0, max: 21 }),
      first: fc.integer({ min: 0, max: 4 }),
      gap: fc.integer({ min: 1, max: 4 }),
      hasNext: fc.boolean(),
      hasAverage: fc.boolean(),
      options: fc.record(
        { decay: scalar, gradientScale: scalar, clipValue: scalar, normScale: scalar },
        { requiredKeys: [] },
      ),
      share: scalar,
      constants: fc.array(scalar, { minLength: constants.length, maxLength: constants.length }),
    })
    .chain(({ count, first, gap, hasNext, hasAverage, options, share, constants }) => {
      const placeAt = (index: number) => 4 * (first + index * (count + gap));
      const places = Array.from({ length: 6 + 2 * slots.length }, (_, index) => placeAt(index));
      const take = () => places.pop()!;
      const call: UpdateCall = {
        formula: name,
        count,
        parameter: take(),
        gradient: take(),
        slots: slots.map(take),
        constants,
        ...(hasNext && { next: { parameter: take(), slots: slots.map(take) } }),
        ...(hasAverage && { average: { place: take(), share, ...(hasNext && { next: take() }) } }),
        ...options,
      };
      const words = first + (6 + 2 * slots.length) * (count + gap);
      return fc.record({
        call: fc.constant(call),
        content: fc.array(float32, { minLength: words, maxLength: words }),
      });
    });
}

/** The memory afterwards, where all NaN are the same; text, so that -0 is not 0. */
function after(buffer: ArrayBufferLike, kernels: Kernels, { call, content }: Case): string[] {
  const view = new Float32Array(buffer, 0, content.length);
  view.set(content);
  kernels.update(call);
  return Array.from(view, written);
}

const written = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

for (const [kind, memory] of Object.entries(memories) as [string, WasmMemory][]) {
  describe(`kernels over ${kind} memory`, () => {
    const kernels = openKernels(memory);
    const twinBuffer = new ArrayBuffer(65_536);
    const twin = plainKernels(twinBuffer);

    for (const name of Object.keys(formulas) as FormulaName[]) {
      it(`${name} gives the bits of its formula, and writes nothing else`, () => {
        fc.assert(
          fc.property(anUpdate(name), (each) => {
            expect(after(memory.buffer, kernels, each)).to.deep.equal(after(twinBuffer, twin, each));
          }),
          { numRuns: 300 },
        );
      });
    }

    it('accumulates', () => {
      fc.assert(
        fc.property(fc.array(float32, { minLength: 1, maxLength: 60 }), fc.nat({ max: 3 }), (values, offset) => {
          const count = values.length >> 1;
          const sums = [memory.buffer, twinBuffer].map((buffer, index) => {
            const view = new Float32Array(buffer, 4 * offset, values.length);
            view.set(values);
            (index === 0 ? kernels : twin).accumulate(4 * offset, 4 * (offset + count), count);
            return Array.from(view, written);
          });
          expect(sums[0]).to.deep.equal(sums[1]);
        }),
      );
    });

    it('sums squares in the documented order', () => {
      const lengths = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(4095, 4096, 4097, 9001));
      const limits = fc.record({ gradientScale: scalar, clipValue: scalar }, { requiredKeys: [] });
      // Sums of numbers of one size depend on the order.
      const values = fc.oneof(...[float32, ordinary].map((each) => fc.array(each, { minLength: 1, maxLength: 97 })));
      fc.assert(
        fc.property(lengths, values, limits, (count, values, limits) => {
          const [sum, twins] = [memory.buffer, twinBuffer].map((buffer, index) => {
            new Float32Array(buffer, 4, count).forEach((_, at, view) => {
              view[at] = values[at % values.length]!;
            });
            return (index === 0 ? kernels : twin).sumOfSquares(4, count, limits);
          });
          expect(sum).to.deep.equal(twins);
        }),
      );
    });
  });
}
