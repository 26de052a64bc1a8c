import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { formulas } from './formulas.js';
import { instantiate } from './kernel-module.js';
import { sharedMemory } from './shared-memory.js';

const sections = { import: 2, memory: 5, start: 8, element: 9, data: 11 };

/** The numbers of the sections of a WebAssembly module. */
function sectionsOf(bytes: Uint8Array): number[] {
  const found: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    found.push(bytes[at++]!);
    let [size, shift] = [0, 0];
    for (let isLast = false; !isLast; shift += 7) {
      isLast = bytes[at]! < 128;
      size += (bytes[at++]! & 127) << shift;
    }
    at += size;
  }
  return found;
}

describe('the compiled modules', () => {
  for (const file of ['kernels.wasm', 'kernels-shared.wasm']) {
    it(`${file} has no memory and no data of its own, and runs nothing when it is loaded`, () => {
      const found = sectionsOf(readFileSync(new URL(file, import.meta.url)));
      expect(found).to.include(sections.import);
      for (const absent of ['memory', 'start', 'element', 'data'] as const) {
        expect(found, absent).to.not.include(sections[absent]);
      }
    });
  }

  it('have the kernels of each formula, with and without limits and a moving average', () => {
    const names = Object.keys(formulas).flatMap((name) => [
      name,
      `${name}Limited`,
      `${name}Averaged`,
      `${name}LimitedAveraged`,
    ]);
    expect(Object.keys(instantiate(sharedMemory(1)))).to.have.members([...names, 'accumulate', 'sumOfSquares']);
  });
});
