import { fileURLToPath } from 'node:url';
import { type ErrorCode, type ForgeError, isForgeError } from '@forge-ml/core';
import { expect } from 'chai';
import { optionsTakers } from './exported-options.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface OptionsTable {
  /** The package's door whose exports are tried: its `.d.ts`, relative to the repository's root. */
  readonly door: string;
  /** How to call each function and method that takes options, with everything else it needs. */
  readonly calls: Readonly<Record<string, (options: never) => unknown>>;
  /** Those that need not refuse what they do not know, with the reason. */
  readonly exempt?: Readonly<Record<string, string>>;
}

const codes: readonly ErrorCode[] = ['OPTION_UNKNOWN', 'CONFIG_INVALID', 'MODEL_INVALID', 'PLUGIN_INVALID'];

/**
 * Calls every function and method of a package's door that takes options by name, once with each name misspelled and
 * once with each as it is. One that is exported and has no row here fails the first test.
 */
export function describeOptions({ door, calls, exempt = {} }: OptionsTable): void {
  describe(`options of ${door}`, () => {
    const takers = optionsTakers(root, door);

    it('has a row for each function and method that takes some', () => {
      const listed = [...Object.keys(calls), ...Object.keys(exempt)].sort();
      expect(listed).to.deep.equal([...new Set(takers.map(({ name }) => name))].sort());
    });

    for (const { name, options } of takers) {
      const call = calls[name] as ((options: object) => unknown) | undefined;
      if (call === undefined) continue;

      it(`${name} refuses options that it does not have, and names the nearest`, async () => {
        for (const [index, option] of options.entries()) {
          const wrong = misspelled(option, index);
          const error = await failureOf(() => call({ [wrong]: undefined }));
          expect(error?.about, `${name}({ ${wrong} })`).to.equal(wrong);
          expect(error?.code).to.be.oneOf(codes);
          expect(error?.message).to.include(`"${wrong}"`);
          expect(error?.hint).to.include(`"${option}"`);
        }
        const nonsense = await failureOf(() => call({ xyzzyPlugh: 1 }));
        expect(nonsense?.about).to.equal('xyzzyPlugh');
      });

      it(`${name} knows each option that its types have`, async () => {
        for (const option of options) {
          const error = await failureOf(() => call({ [option]: undefined }));
          expect(error?.message ?? '').to.not.include(`"${option}"`);
        }
      });
    }
  });
}

/** As a person may mistype it: a letter doubled, or one too many at the end. */
function misspelled(option: string, index: number): string {
  return index % 2 === 0 ? `${option[0]}${option[1]}${option[1]}${option.slice(2)}` : `${option}z`;
}

async function failureOf(call: () => unknown): Promise<ForgeError | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    // What it says of anything but options, such as a run that does not exist, is not looked at here.
    return isForgeError(error) ? error : undefined;
  }
}
