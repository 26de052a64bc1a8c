import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

interface Case {
  readonly of: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly says: RegExp;
  readonly hints: RegExp;
  readonly status?: number;
}

const configs = ['train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const imports = "import { defineData, defineModel, flag, fromArrays } from '@forge-ml/core';\n";

const cases: readonly Case[] = [
  {
    of: 'a missing config',
    words: ['--data-config', 'dta.ts'],
    says: /^There is no config file \S+dta\.ts\.$/,
    hints: /path/,
  },
  {
    of: 'a folder as a config',
    words: ['--model-config', 'node_modules'],
    says: /node_modules is not a file\.$/,
    hints: /./,
  },
  {
    of: 'a syntax error',
    files: { 'model.ts': 'export function load( {\n' },
    says: /^Syntax error in \S*model\.ts/,
    hints: /./,
  },
  {
    of: 'a config without load',
    files: { 'data.ts': 'export const flags = {};\n' },
    says: /data\.ts has no load function\.$/,
    hints: /export default define/,
  },
  {
    of: 'a load that throws',
    files: { 'data.ts': "export function load() {\n  throw new Error('no such table');\n}\n" },
    says: /^load of \S+data\.ts failed: no such table$/,
    hints: /^At data\.ts:2:\d+; --debug/,
  },
  {
    of: 'a data config that returns a wrong value',
    files: { 'data.ts': 'export const load = () => [1, 2, 3];\n' },
    says: /^load of \S+data\.ts returned no dataset as `train`\.$/,
    hints: /train, valid/,
  },
  {
    of: 'a model config that returns a wrong value',
    files: { 'model.ts': 'export const load = () => 3;\n' },
    says: /^A model for the toy backend must be an object/,
    hints: /For example/,
  },
  {
    of: 'data that does not fit the model',
    files: {
      'data.ts': `${imports}export const load = () => ({ train: fromArrays({ z: [[1], [2]], y: [[1], [2]] }).batch(2) });\n`,
    },
    says: /^The model reads "x"; the batch has z float32 ?\[2, 1\], y float32 ?\[2, 1\]\.$/,
    hints: /data config/,
  },
  {
    of: 'data that is not batched',
    files: {
      'data.ts': `${imports}export const load = () => ({ train: fromArrays({ x: [[1], [2]], y: [1, 2] }) });\n`,
    },
    says: /is not batched/,
    hints: /\.batch/,
  },
  { of: 'no data at all', words: ['--examples', '0'], says: /training data of \S+data\.ts is empty/, hints: /train/ },
  {
    of: 'an unknown flag',
    words: ['--hiden', '3'],
    says: /^There is no flag --hiden\.$/,
    hints: /^Did you mean --hidden\?$/,
  },
  {
    of: 'a flag with a value of the wrong type',
    words: ['--hidden', 'many'],
    says: /^--hidden takes a whole number, not "many"\.$/,
    hints: /./,
  },
  {
    of: 'a flag out of its range',
    words: ['--dropout', '2'],
    says: /^--dropout must be at most 0\.9, not "2"\.$/,
    hints: /./,
  },
  { of: 'a flag without its value', words: ['--hidden'], says: /^--hidden needs a value\.$/, hints: /./ },
  { of: 'a stray word', words: ['quickly'], says: /^Unexpected argument "quickly":/, hints: /./ },
  {
    of: 'a flag declared differently by two configs',
    files: {
      'data.ts': `${imports}export default defineData({ flags: { hidden: flag.float(1, 'x') }, load: () => ({ train: fromArrays({ x: [1] }).batch(1) }) });\n`,
    },
    says: /^--hidden is declared by data\.ts and, differently, by model\.ts\.$/,
    hints: /Rename/,
  },
  {
    of: 'an invalid save policy',
    words: ['--save-every', 'often'],
    says: /^--save-every takes steps \(500\) or minutes/,
    hints: /./,
  },
  { of: 'an invalid keep policy', words: ['--keep', 'best'], says: /--keep/, hints: /best:valid/ },
  {
    of: 'a backend that is not installed',
    words: ['--backend', 'quantum'],
    says: /^The backend quantum is not installed; installed: toy, null/,
    hints: /^Install the package that provides it: forge plugins install PACKAGE$/,
  },
  { of: 'an unknown engine', words: ['--engine', 'warp'], says: /warp/, hints: /./ },
  {
    of: 'a run name that is not a folder name',
    words: ['--run-name', '../up'],
    says: /^"\.\.\/up" is not a valid experiment name\.$/,
    hints: /letters/,
  },
  {
    of: 'a results folder that cannot be created',
    words: ['--results-dir', 'package.json/results'],
    says: /package\.json/,
    hints: /another name|path/,
  },
  { of: 'no run to resume', words: ['--resume'], says: /^There is no run in \S+results\.$/, hints: /forge train/ },
  {
    of: 'an unknown run to resume',
    words: ['--resume', 'lin'],
    says: /^There is no run "lin" in /,
    hints: /forge runs/,
  },
  { of: 'a missing flags file', words: ['--flags-file', 'f.json'], says: /f\.json/, hints: /./ },
];

describe('bad input to forge train', () => {
  it('data that fails during training: the place, status 1, and a failed run', () =>
    inFolder(async (cwd) => {
      const mapped = `.map((example, { index }) => {
        if (index === 5) throw new Error('row 5 is torn');
        return example;
      })`;
      await writeToyProject(cwd, {
        'data.ts': `${imports}export function load() {
  const rows = Array.from({ length: 8 }, (_, row) => [row]);
  return { train: fromArrays({ x: rows, y: rows })${mapped}.batch(2) };
}\n`,
      });
      const { status, stderr } = await forge([...configs, '--run-name', 'line', '--debug'], { cwd });
      expect(status).to.equal(1);
      expect(stderr).to.match(/^line\/1 failed; .*\nError: .*row 5 is torn.*\n {2}→ At data\.ts:5:\d+; --debug/);
      const record = JSON.parse(await readFile(join(cwd, 'results', 'line', '1', 'run.json'), 'utf8'));
      expect([record.status, /row 5 is torn/.test(record.reason)]).to.deep.equal(['failed', true]);
    }));

  for (const { of, files = {}, words = [], says, hints, status = 2 } of cases) {
    it(`${of}: one line, a hint, status ${status}, nothing left behind`, () =>
      inFolder(async (cwd) => {
        await writeToyProject(cwd, files);
        const before = await readdir(cwd);
        const defaults = {
          '--backend': 'toy',
          '--data-config': 'data.ts',
          '--model-config': 'model.ts',
          '--steps': '2',
        };
        const given = Object.entries(defaults).filter(([name]) => !words.includes(name));
        const resuming = words[0] === '--resume';
        const result = await forge(['train', ...(resuming ? [] : given.flat()), ...words], { cwd });
        const [first = '', second = '', ...rest] = result.stderr.split('\n');
        expect(first, result.stderr).to.match(/^Error: /);
        expect(first.slice('Error: '.length)).to.match(says);
        expect(second, result.stderr).to.match(/^ {2}→ /);
        expect(second.slice('  → '.length)).to.match(hints);
        expect(rest, result.stderr).to.deep.equal(['']);
        expect([result.status, result.stdout]).to.deep.equal([status, '']);
        expect(await readdir(cwd)).to.deep.equal(before);
      }));
  }

  it('reports the same as JSON with --json, and the stack with --debug', () =>
    inFolder(async (cwd) => {
      const { stdout, stderr, status } = await forge(['train', '--data-confg', 'x', '--json', '--debug'], { cwd });
      expect(status).to.equal(2);
      expect(JSON.parse(stdout)).to.deep.equal({
        error: {
          code: 'FLAG_UNKNOWN',
          message: 'There is no flag --data-confg.',
          about: 'data-confg',
          hint: 'Did you mean --data-config?',
        },
      });
      expect(stderr).to.match(/ForgeError: There is no flag[\s\S]*\n\s+at /);
    }));
});
