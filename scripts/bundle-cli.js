// Bundles the command line with its dependencies, so that start-up opens few files instead of hundreds. Core is external,
// because plugins must get the same copy of it as the command line.
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { nodeBundle } from './bundle-settings.js';
import { writeNotices } from './third-party.js';

const cli = fileURLToPath(new URL('../packages/cli', import.meta.url));

await rm(join(cli, 'bundle'), { recursive: true, force: true });
/**
 * Core's light doors are bundled, which `forge runs` needs: reading 60 files took a third of its time. They keep no state,
 * and errors are recognized by a marker, so that the copy of core that plugins use works together with them.
 */
const lightDoors = {
  name: 'light-doors',
  setup({ onResolve }) {
    const dist = join(cli, '../core/dist');
    onResolve({ filter: /^@forge-ml\/core\/(flags|runs|sweeps|text)$/ }, ({ path }) => {
      return { path: join(dist, `${path.split('/').at(-1)}.js`), sideEffects: false };
    });
    // No module of core has side effects: what a command does not use is not loaded by it.
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      if (!resolveDir.startsWith(dist)) return undefined;
      // They load packages of core's own, and configs that import core.
      if (/\/(module-loader|require-package)\.js$/.test(path)) return { path: '@forge-ml/core/loader', external: true };
      return { path: join(resolveDir, path), sideEffects: false };
    });
  },
};

/**
 * Changes of packages that make the start faster: the tables of languages, which each takes a few milliseconds to load, are
 * loaded where they are needed.
 */
const changes = {
  '@oclif/core/lib/config/plugin.js': ['a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)'],
  'string-width/index.js': [
    'const segmenter = new Intl.Segmenter();',
    'let kept; const segmenter = { segment: (text) => (kept ??= new Intl.Segmenter()).segment(text) };',
  ],
};

/**
 * The command framework is CommonJS that TypeScript wrote: `const help_1 = require("../help")`. Here a module is loaded when
 * it is used first, since `forge runs` uses few of them.
 */
function withLazyRequires(source) {
  const names = [];
  const lazy = source.replace(
    /^(?:const|var) (\w+_\d+) = ((?:__importDefault|__importStar)\()?(require\("[^"]+"\))\)?;$/gm,
    (_, name, helper = '', required) => {
      names.push(name);
      const value = helper === '' ? required : `${helper}${required})`;
      return `let ${name}_kept; const ${name} = () => (${name}_kept ??= ${value});`;
    },
  );
  return names.reduce(
    (text, name) => text.replace(new RegExp(`\\b${name}\\b(?! = \\(\\) =>)`, 'g'), `(${name}())`),
    lazy,
  );
}

const fasterStart = {
  name: 'faster-start',
  setup({ onLoad, onEnd }) {
    const used = new Set();
    onLoad({ filter: /[\\/](@oclif[\\/]core[\\/]lib|string-width)[\\/].*\.js$/ }, async ({ path }) => {
      const name = path
        .split(/[\\/]node_modules[\\/]/)
        .at(-1)
        .replaceAll('\\', '/');
      let source = await readFile(path, 'utf8');
      const [before, after] = changes[name] ?? [];
      if (before !== undefined && source.includes(before)) {
        source = source.replace(before, after);
        used.add(name);
      }
      return { contents: name.startsWith('@oclif/') ? withLazyRequires(source) : source, loader: 'js' };
    });
    // A package that was updated may be written in another way.
    onEnd(() => {
      const unused = Object.keys(changes).filter((name) => !used.has(name));
      if (unused.length > 0)
        throw new Error(`These packages have changed, see the changes of ${unused.join(' and ')}.`);
    });
  },
};

const { metafile } = await build({
  absWorkingDir: cli,
  entryPoints: ['src/main.ts', 'src/help.ts', 'src/hooks/*.ts', 'src/commands/**/*.ts'],
  outbase: 'src',
  outdir: 'bundle',
  ...nodeBundle,
  plugins: [lightDoors, fasterStart],
  external: [
    '@forge-ml/core',
    '@forge-ml/core/cli',
    '@forge-ml/core/http',
    '@forge-ml/core/loader',
    '@forge-ml/core/manage',
    '@forge-ml/core/plugins',
    'esbuild',
    'typescript',
    'ts-node',
    'tsx',
  ],
  // The command framework is CommonJS.
  banner: {
    js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
  },
});

/** Files that `forge runs plot --out FILE.png` reads. */
const assets = {
  'resvg.wasm': '@resvg/resvg-wasm/index_bg.wasm',
  'DejaVuSans.ttf': 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
};
await mkdir(join(cli, 'bundle', 'assets'));
for (const [name, from] of Object.entries(assets)) {
  await copyFile(fileURLToPath(import.meta.resolve(from)), join(cli, 'bundle', 'assets', name));
}

const inputs = Object.keys(metafile.inputs).map((path) => join(cli, path));
const font = fileURLToPath(import.meta.resolve(assets['DejaVuSans.ttf']));
await writeNotices(join(cli, 'bundle', 'THIRD-PARTY.txt'), [...inputs, font]);
