import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { build, type Plugin } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The bundled process. Inside the repository, so that imports of its packages resolve. */
export const warmModule = join(here, 'warm', 'training-process.mjs');

const points = `const sizes = require('./sizes.json');
exports.points = (count, phase) => {
  const x = Array.from({ length: count }, (_, row) =>
    Array.from({ length: sizes.inputs }, (_, column) => Math.sin(1 + phase + row * 1.7 + column * 2.3)),
  );
  return { x, y: x.map(([a, b]) => [a - 0.5 * b + 0.1 * a * b]) };
};
`;
const data = `const { fromArrays } = require('@forge-ml/core');
const { points } = require('./points.cjs');
exports.load = ({ seed }) => ({
  train: fromArrays(points(20, 0)).shuffle(seed).batch(4),
  valid: fromArrays(points(6, 0.5)).batch(4),
});
`;
const model = `const sizes = require('./sizes.json');
exports.load = () => ({
  kind: 'toy', inputs: 'x', targets: 'y', hidden: sizes.hidden, learningRate: 0.05, momentum: 0.9, dropout: 0.25,
});
`;

/** Everything that makes a resume hard, on the toy backend: shuffled data, dropout, momentum, evaluations between. */
export const warmFlags: readonly string[] = [
  ...['--backend', 'toy', '--data-config', 'data.cjs', '--model-config', 'model.cjs'],
  ...['--report-every', '3', '--eval-every', '7'],
];

/** Keeps the `import.meta.url` of each bundled file, because Forge locates its packages and worker threads by it. */
const keepUrls: Plugin = {
  name: 'keep-urls',
  setup({ onLoad }) {
    onLoad({ filter: /packages[\\/]core[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      // A name, because texts contain it too.
      const text = (await readFile(path, 'utf8')).replaceAll('import.meta.url', 'moduleUrl');
      return { contents: `const moduleUrl = ${url};${text}` };
    });
  },
};

/**
 * Writes a project whose processes start fast, because a thousand of them are needed: its configs need no compilation,
 * and Forge with the toy backend is bundled into one file.
 */
export async function writeWarmProject(folder: string): Promise<void> {
  await writeToyProject(folder, { 'points.cjs': points, 'data.cjs': data, 'model.cjs': model });
  const core = fileURLToPath(new URL('../../../packages/core/dist/', import.meta.url));
  await mkdir(join(here, 'warm'), { recursive: true });
  await build({
    stdin: {
      resolveDir: here,
      contents: `import './training-process.js';\nexport { toyPlugin } from ${JSON.stringify(join(core, 'testing/toy-plugin.js'))};`,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: warmModule,
    external: ['esbuild', 'jiti'],
    logLevel: 'silent',
    plugins: [keepUrls],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  await writeFiles(join(folder, 'node_modules/toy-plugin'), {
    'plugin.js': `export { toyPlugin as default } from ${JSON.stringify(pathToFileURL(warmModule).href)};\n`,
  });
}
