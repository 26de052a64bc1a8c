// Bundles the dashboard: its page and the page of a report by Vite, and the plugin with its server by esbuild. Core stays
// external, because plugins must get the same copy of it as the command line.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build } from 'vite';
import { nodeBundle } from './bundle-settings.js';
import { writeNotices } from './third-party.js';

const ui = fileURLToPath(new URL('../packages/ui', import.meta.url));
const page = join(ui, 'src/page');
const out = join(ui, 'bundle');

await rm(out, { recursive: true, force: true });

/** Files that end up in a bundle, of all of them. */
const inputs = new Set();
const collectInputs = {
  name: 'collect-inputs',
  generateBundle(_, chunks) {
    for (const chunk of Object.values(chunks))
      for (const id of chunk.moduleIds ?? []) inputs.add(id.replace(/^\0/, ''));
  },
};

const settings = {
  configFile: false,
  root: page,
  base: '/',
  logLevel: 'warn',
  publicDir: false,
  plugins: [collectInputs],
  resolve: { conditions: ['browser'] },
};
const common = {
  target: 'es2022',
  emptyOutDir: false,
  modulePreload: { polyfill: false },
  reportCompressedSize: false,
};

await build({
  ...settings,
  build: { ...common, outDir: join(out, 'page'), assetsInlineLimit: 0 },
});

// A report is one file: its script and style are put into it when it is written.
await build({
  ...settings,
  build: {
    ...common,
    outDir: join(out, 'report'),
    // A file of its own: style that a script adds has no hash for the content-security policy.
    cssCodeSplit: false,
    rolldownOptions: {
      input: join(page, 'report.tsx'),
      // Code that is loaded later is in the same file: nothing needs its address.
      transform: { define: { 'import.meta': '{}' } },
      output: { format: 'iife', entryFileNames: 'report.js', assetFileNames: 'report[extname]' },
    },
  },
});

const { metafile } = await bundle({
  absWorkingDir: ui,
  entryPoints: ['src/plugin.ts'],
  outdir: 'bundle',
  ...nodeBundle,
  external: ['@forge-ml/core', '@forge-ml/core/*'],
});
for (const path of Object.keys(metafile.inputs)) inputs.add(join(ui, path));

await writeNotices(join(out, 'THIRD-PARTY.txt'), inputs);
