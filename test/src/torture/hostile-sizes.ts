import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder } from '../cli/folder.js';
import { commandsOn, runCommandOn, trainVictim } from './hostile-folder.js';
import type { TortureRequest, TortureResult, TortureScenario } from './scenario.js';

/** Gives a run far more of something than any run has, and runs commands on it. */
export const hostileSizes: TortureScenario = {
  name: 'hostile-sizes',
  bar: 'whatever a run has too much of, each command ends within bounded memory, and other runs are still listed',
  alone: true,
  run: (request) => inFolder((folder) => testIn(folder, request)),
};

/** What a run has too much of; `scale` is 1 for a slice. */
const excesses: Readonly<Record<string, (run: string, scale: number) => Promise<unknown>>> = {
  'names in checkpoints/': (run, scale) => files(join(run, 'checkpoints'), 600 * scale, (index) => `f${index}`),
  'empty checkpoints': (run, scale) => folders(join(run, 'checkpoints'), 500 * scale, (index) => String(index + 100)),
  'checkpoints moved aside': (run, scale) =>
    folders(
      join(run, 'checkpoints'),
      500 * scale,
      (index) => `.replaced-4-99999999-${index.toString(16).padStart(8, '0')}`,
    ),
  'attempts in the lock': (run) => mkdir(join(run, '.resume-lock', '999999999'), { recursive: true }),
  'packages in code.json': (run, scale) =>
    change(join(run, 'code.json'), (content) => {
      const used = { specifier: 'p', name: 'p', version: null, importer: 'data.ts' };
      return {
        ...content,
        packages: Array.from({ length: 1_000 * scale }, (_, at) => ({ ...used, specifier: `p${at}` })),
      };
    }),
  'dimensions of a batch': (run) =>
    change(join(run, 'run.json'), (content) => ({
      ...content,
      batch: { x: { dtype: 'float32', shape: Array.from({ length: 8 }, () => 2 ** 52) } },
    })),
  'levels of run.json': async (run) => {
    const text = await readFile(join(run, 'run.json'), 'utf8');
    await writeFile(
      join(run, 'run.json'),
      text.replace('"metrics"', `"deep": ${'['.repeat(100_000)}${']'.repeat(100_000)},\n  "metrics"`),
    );
  },
  'bytes of run.json': (run, scale) => writeFile(join(run, 'run.json'), `{"x": "${'x'.repeat(8_000_000 * scale)}"}`),
  'bytes in a line of metrics': (run, scale) =>
    writeFile(join(run, 'metrics.jsonl'), `{"step": 1, "x": "${'x'.repeat(4_000_000 * scale)}"}\n`, { flag: 'a' }),
  'elements of a tensor': async (run) => {
    const file = join(run, 'checkpoints/8/parameters.safetensors');
    const header = Buffer.from(
      JSON.stringify({ w: { dtype: 'F32', shape: [2 ** 31, 2 ** 31], data_offsets: [0, 2 ** 53 - 1] } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(file, Buffer.concat([length, header]));
  },
};

async function testIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const isWhole = request.size === 'whole';
  const original = await trainVictim(folder);
  const faults: string[] = [];
  let commands = 0;
  for (const [index, [what, exceed]] of Object.entries(excesses).entries()) {
    const run = join(folder, 'results', 'line', String(index + 2));
    await cp(original, run, { recursive: true });
    await exceed(run, isWhole ? 16 : 1);
    const all = Object.entries(commandsOn(run, folder));
    // A slice tests one command for each excess.
    const tested = isWhole ? all : [all[(index + request.seed) % all.length]!];
    for (const [, words] of tested) {
      commands++;
      const { fault } = await runCommandOn(folder, words, 120);
      if (fault !== undefined) faults.push(`too many ${what}: ${fault}`);
    }
    if (isWhole || index % 5 === 0) {
      commands++;
      const { fault, stdout } = await runCommandOn(folder, ['runs', '--all'], 120);
      if (fault !== undefined) faults.push(`too many ${what}: ${fault}`);
      if (!/^line\/1 /m.test(stdout)) faults.push(`too many ${what}: the other run is not listed`);
    }
    await rm(run, { recursive: true });
    request.say(what);
  }
  return { measured: `${Object.keys(excesses).length} excesses, ${commands} commands`, faults };
}

async function files(folder: string, count: number, name: (index: number) => string): Promise<void> {
  for (let index = 0; index < count; index++) await writeFile(join(folder, name(index)), '');
}

async function folders(folder: string, count: number, name: (index: number) => string): Promise<void> {
  for (let index = 0; index < count; index++) await mkdir(join(folder, name(index)), { recursive: true });
}

async function change(file: string, to: (content: Record<string, unknown>) => object): Promise<void> {
  await writeFile(file, JSON.stringify(to(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
}
