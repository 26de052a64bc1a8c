import { fileURLToPath } from 'node:url';
import { type ErrorCode, type ForgeError, isForgeError } from '@forge-ml/core';
import { expect } from 'chai';
import { optionsTakers } from './exported-options.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface OptionsTable {
  /** The `.d.ts` of the entry point to test, relative to the repository's root. */
  readonly door: string;
  /** Calls each function and method that takes options, with its other arguments. */
  readonly calls: Readonly<Record<string, (options: never) => unknown>>;
  /** Functions that may accept unknown options, with the reason. */
  readonly exempt?: Readonly<Record<string, string>>;
}

const codes: readonly ErrorCode[] = ['OPTION_UNKNOWN', 'CONFIG_INVALID', 'MODEL_INVALID', 'PLUGIN_INVALID'];

/**
 * Calls every function and method of an entry point that takes options, with each option misspelled and with each option
 * spelled correctly. An exported function without a row fails the first test.
 */
export function describeOptions({ door, calls, exempt = {} }: OptionsTable): void {
  describe(`options of ${door}`, () => {
    const takers = optionsTakers(root, door);

    it('has a row for each function and method that takes options', () => {
      const listed = [...Object.keys(calls), ...Object.keys(exempt)].sort();
      expect(listed).to.deep.equal([...new Set(takers.map(({ name }) => name))].sort());
    });

    for (const { name, options } of takers) {
      const call = calls[name] as ((options: object) => unknown) | undefined;
      if (call === undefined) continue;

      it(`${name} rejects unknown options, and suggests the closest`, async () => {
        for (const [index, option] of options.entries()) {
          const wrong = misspelled(option, index);
          const error = await failureOf(() => call({ [wrong]: undefined }));
          expect(error?.about, `${name}({ ${wrong} })`).to.equal(wrong);
          expect(error?.code).to.be.oneOf(codes);
          expect(error?.message).to.include(`"${wrong}"`);
          // A name of one letter is close to none: the hint lists all.
          expect(error?.hint).to.include(option.length > 1 ? `"${option}"` : option);
        }
        const nonsense = await failureOf(() => call({ xyzzyPlugh: 1 }));
        expect(nonsense?.about).to.equal('xyzzyPlugh');
      });

      it(`${name} accepts each option of its types`, async () => {
        for (const option of options) {
          const error = await failureOf(() => call({ [option]: undefined }));
          expect(error?.message ?? '').to.not.include(`"${option}"`);
        }
      });
    }
  });
}

/** A typo: a doubled letter, or an extra one at the end. */
function misspelled(option: string, index: number): string {
  return index % 2 === 0 ? `${option[0]}${option[1]}${option[1]}${option.slice(2)}` : `${option}z`;
}

async function failureOf(call: () => unknown): Promise<ForgeError | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    // Errors about anything else, such as a missing run, do not matter here.
    return isForgeError(error) ? error : undefined;
  }
}
