import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readArguments } from '@forge-ml/core/cli';
import { flag } from '@forge-ml/core/flags';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const manifestFile = fileURLToPath(new URL('../../../packages/cli/oclif.manifest.json', import.meta.url));

interface Command {
  readonly id: string;
  readonly hidden?: boolean;
  readonly strict?: boolean;
  readonly args: Readonly<Record<string, { readonly required?: boolean; readonly multiple?: boolean }>>;
  readonly flags: Readonly<
    Record<string, { readonly type: string; readonly helpValue?: string; readonly description?: string }>
  >;
}

const { commands } = JSON.parse(await readFile(manifestFile, 'utf8')) as { commands: Record<string, Command> };
const shown = Object.values(commands).filter(({ hidden }) => hidden !== true);
const ids = new Set(shown.map(({ id }) => id));

/** The examples of a help page: what follows `$ forge`, in as many lines as it takes. */
function examplesIn(page: string): string[] {
  const section = page.split(/^EXAMPLES\n/m)[1]?.split(/^\S/m)[0] ?? '';
  return section
    .split(/^ {2}\$ /m)
    .slice(1)
    .map((example) => example.replaceAll(/\s+/g, ' ').trim());
}

/** The command that a line runs, and the words after its name. */
function commandOf(words: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (ids.has(id)) return { command: commands[id]!, rest: words.slice(length) };
  }
  return undefined;
}

describe('the help page of', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
  });
  after(() => removeFolder(cwd));

  for (const { id } of shown) {
    const name = id.replaceAll(':', ' ');
    it(`forge ${name} fits 80 columns, and has examples of the command that parse`, async () => {
      const { status, stdout, stderr } = await forge([...name.split(' '), '--help'], { cwd, env: { COLUMNS: '80' } });
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(stdout.split('\n').filter((line) => line.length > 80)).to.deep.equal([]);
      const examples = examplesIn(stdout);
      expect(examples.length, `${stdout}\nhas no EXAMPLES`).to.be.greaterThan(0);
      expect(examples.filter((example) => example.includes('<%'))).to.deep.equal([]);
      let ofCommand = 0;
      for (const example of examples) {
        const parts = (example.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).filter((word) => word !== '\\');
        const words = parts.map((word) => word.replaceAll(/^['"]|['"]$/g, ''));
        // Around the command: `$ docker run … forge train`, `eval "$(forge …)"`, a pipe.
        if (words[0] !== 'forge') continue;
        const found = commandOf(words.slice(1, words.indexOf('|') < 0 ? undefined : words.indexOf('|')));
        expect(found, example).to.not.equal(undefined);
        if (found!.command.id === id) ofCommand++;
        expectParses(found!.command, found!.rest, example);
      }
      expect(ofCommand, 'examples of this command').to.be.greaterThan(0);
    });
  }
});

/** Expects flags that the command has, and as many words as it takes. */
function expectParses({ flags, args, strict }: Command, words: readonly string[], example: string): void {
  const specs = Object.fromEntries(
    Object.entries(flags).map(([name, { type }]) => [
      name,
      type === 'boolean' ? flag.boolean(false, '') : flag.string(null, ''),
    ]),
  );
  const repeated = Object.keys(flags).filter((name) =>
    /may be given several times/i.test(flags[name]!.description ?? ''),
  );
  const { positionals, unknown, values } = readArguments(words, specs, repeated);
  // These commands also accept the flags of configs.
  if (strict !== false) expect(unknown, example).to.deep.equal([]);
  const taken = Object.values(args);
  expect(positionals.length, example).to.be.at.least(taken.filter(({ required }) => required).length);
  if (strict !== false && taken.at(-1)?.multiple !== true)
    expect(positionals.length, example).to.be.at.most(taken.length);
  for (const [name, value] of Object.entries(values)) {
    const choices = flags[name]?.helpValue?.includes('|') ? flags[name].helpValue.split('|') : undefined;
    if (choices !== undefined) expect(choices, example).to.include(value);
  }
}
