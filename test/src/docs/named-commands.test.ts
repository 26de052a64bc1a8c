import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type Known, kebab, unknownNames } from './named-commands.js';
import { root } from './pages.js';

/** Code on the pages that looks like Forge's and is not, with its reason. */
const others: Readonly<Record<string, string>> = {
  'no command has --write': 'npm run torture has it.',
  'no command has --export': 'An option of sbatch.',
  'no command has --no-requeue': 'The same.',
  'there is no command "forge mlflow sync"': 'A command of the example plugin, whose test runs it.',
};

async function known(): Promise<Known> {
  const manifest = JSON.parse(await readFile(join(root, 'packages/cli/oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, { flags: Record<string, unknown>; aliases: string[] }>;
  };
  const commands = new Map(
    Object.entries(manifest.commands).flatMap(([id, { flags, aliases }]) =>
      [id, ...aliases].map((name) => [name.replaceAll(':', ' '), new Set([...Object.keys(flags), 'help'])] as const),
    ),
  );
  for (const name of ['report', 'ui']) {
    const text = await readFile(join(root, `packages/ui/src/commands/${name}.ts`), 'utf8');
    const flags = [...text.matchAll(/^ {4}(\w+): flag\.\w+\(/gm)].map(([, flag]) => kebab(flag!));
    commands.set(name, new Set([...flags, 'help', 'json', 'results-dir']));
  }
  const ofOnnx = 'packages/backend-onnx/src/commands';
  for (const file of await readdir(join(root, ofOnnx))) {
    const name = /^onnx-(\w+)\.ts$/.exec(file)?.[1];
    if (name === undefined) continue;
    const text = await readFile(join(root, ofOnnx, file), 'utf8');
    const flags = [...text.matchAll(/^ {4}(\w+): flag\.\w+\(/gm)].map(([, flag]) => kebab(flag!));
    commands.set(`onnx ${name}`, new Set([...flags, 'help', 'json']));
  }
  const sources = [
    ...(await filesBelow('examples', /\.(ts|js)$/)),
    'packages/launcher-slurm/src/flags.ts',
    ...(await pages()),
  ];
  const declared = await Promise.all(
    sources.map(async (path) => (await readFile(join(root, path), 'utf8')).matchAll(/(\w+): flag\.\w+\(/g)),
  );
  return { commands, ofConfigs: new Set(declared.flatMap((found) => [...found].map(([, name]) => kebab(name!)))) };
}

/** The anchors of a page's headings, as GitHub makes them. */
async function headingsOf(page: string): Promise<string[]> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

async function filesBelow(folder: string, name: RegExp): Promise<string[]> {
  const found = await readdir(join(root, folder), { recursive: true });
  return found.filter((path) => name.test(path) && !path.includes('node_modules')).map((path) => join(folder, path));
}

async function pages(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', ...docs, ...(await filesBelow('examples', /README\.md$/))];
}

describe('the commands and flags that the documentation names', () => {
  it('exist', async () => {
    const names = await known();
    const found: string[] = [];
    for (const page of await pages()) {
      const text = await readFile(join(root, page), 'utf8');
      found.push(...unknownNames(text, names).map((mistake) => `${page}, ${mistake}`));
    }
    expect(found.filter((mistake) => !Object.keys(others).some((other) => mistake.endsWith(other)))).to.deep.equal([]);
    for (const other of Object.keys(others)) {
      expect(
        found.some((mistake) => mistake.endsWith(other)),
        other,
      ).to.equal(true);
    }
  });

  it('are on pages that the README lists, with links that lead to a page and a heading', async () => {
    const listed = [...(await readFile(join(root, 'README.md'), 'utf8')).matchAll(/\]\((docs\/[\w-]+\.md)/g)];
    const docs = (await pages()).filter((page) => page.startsWith('docs/'));
    expect([...new Set(listed.map(([, page]) => page))].sort()).to.deep.equal(docs.sort());

    const broken: string[] = [];
    for (const page of await pages()) {
      const text = (await readFile(join(root, page), 'utf8')).replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`]*`/g, '');
      for (const [, path, heading] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
        const target = path === '' ? page : join(dirname(page), path!);
        if (!existsSync(join(root, target))) broken.push(`${page}: ${target}`);
        else if (heading !== undefined && !(await headingsOf(target)).includes(heading)) {
          broken.push(`${page}: ${target}#${heading}`);
        }
      }
    }
    expect(broken).to.deep.equal([]);
  });

  it('are found where they do not exist', () => {
    const commands = new Map([
      ['runs', new Set(['sort'])],
      ['runs rm', new Set(['json'])],
      ['train', new Set(['steps', 'restore-best'])],
    ]);
    const names = { commands, ofConfigs: new Set(['hidden']) };
    const wrong = [
      'Use `forge runs delete A`, `forge trian`, `--stepz 3`.',
      '| `forge runs rm --sort x` | `forge train --steps 3 --hiden 4` |',
      '```console',
      "$ A=1 npx forge train --no-restore && npx forge runs rm --hidden 'forge bad --bad'",
      '```',
    ].join('\n');
    expect(unknownNames(wrong, names)).to.deep.equal([
      'line 1: there is no command "forge runs delete"',
      'line 1: there is no command "forge trian"',
      'line 1: no command has --stepz',
      'line 2: "forge runs rm" has no --sort',
      'line 2: "forge train" has no --hiden',
      'line 4: "forge train" has no --no-restore',
      'line 4: "forge runs rm" has no --hidden',
    ]);
    const right = 'Use `forge train --hidden 3 --restoreBest`, `--steps=3 --no-restore-best`, `npm run x --any`.';
    expect(unknownNames(right, names)).to.deep.equal([]);
  });
});
