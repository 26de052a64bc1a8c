// Bundles the library, so that its start opens a few files instead of hundreds. All its doors are in one build: what they
// share exists once, and is the same for the command line, for plugins and for configs.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const core = fileURLToPath(new URL('../packages/core', import.meta.url));

/** Modules that run in a thread or a process of their own. */
const programs = [
  './dist/checkpoint/async/checkpoint-worker.js',
  './dist/data/workers/map-worker.js',
  './dist/testing/launcher-conformance/job-program.js',
  './dist/testing/store-conformance/save-until-killed.js',
];

/**
 * Doors, light ones first. What each loads is in three files: what the library loads too, with plugins; what a training
 * loads besides; and the rest. Each is without what is in files of the doors before it. So no file needs a later one, and
 * neither the library nor a training loads what it does not use. Other modules, which are imported when they are needed,
 * are split by who imports them.
 */
const order = [
  'text',
  'curves',
  'plugin',
  'flags',
  'plugins',
  'loader',
  'runs',
  'sweeps',
  'http',
  'node',
  'manage',
  'index',
];
const library = ['dist/index.js', 'dist/plugins/host/load-plugin.js'];
const training = ['dist/cli.js', 'dist/api/prepare/prepare-run.js', 'dist/api/train/train.js'];

const { exports } = JSON.parse(await readFile(join(core, 'package.json'), 'utf8'));
const doors = new Map(
  Object.values(exports).flatMap((door) =>
    typeof door === 'string' ? [] : [[basename(door.default, '.js'), door['forge-dist']]],
  ),
);

/** The modules that each door loads, the library and a training, by their paths. */
const loaded = new Map();
const followImports = {
  name: 'follow-imports',
  buildEnd() {
    const follow = (id, found = new Set()) => {
      if (found.has(id)) return found;
      found.add(id);
      for (const imported of this.getModuleInfo(id)?.importedIds ?? []) follow(imported, found);
      return found;
    };
    for (const name of order) loaded.set(name, follow(join(core, doors.get(name))));
    for (const [name, paths] of Object.entries({ library, training })) {
      loaded.set(name, new Set(paths.flatMap((path) => [...follow(join(core, path))])));
    }
  },
};

const loadedBy =
  (...names) =>
  (id) =>
    names.every((name) => loaded.get(name).has(id));
const groups = [
  ...order.flatMap((name) => [
    { name: `library-${name}`, test: loadedBy(name, 'library') },
    { name: `training-${name}`, test: loadedBy(name, 'training') },
    { name, test: loadedBy(name) },
  ]),
  { name: 'library', test: loadedBy('library') },
  { name: 'training', test: loadedBy('training') },
];

const bundle = await rolldown({
  cwd: core,
  input: Object.fromEntries([...doors, ...programs.map((path) => [basename(path, '.js'), path])]),
  platform: 'node',
  external: /^[^./]/,
  // No module has side effects: what a door does not use is not loaded with it.
  treeshake: { moduleSideEffects: false },
  plugins: [followImports],
  onLog(level, log, handle) {
    // Some modules are imported both at once and later.
    if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') handle(level === 'warn' ? 'error' : level, log);
  },
});
await bundle.write({
  dir: 'bundle',
  cleanDir: true,
  format: 'esm',
  // Readable stack traces.
  keepNames: true,
  minify: false,
  // The types have them, for editors.
  comments: { jsdoc: false },
  entryFileNames: '[name].js',
  // In the folder of the programs, which are found relative to the file that starts them.
  chunkFileNames: 'part-[name].js',
  codeSplitting: { groups: groups.map((group, index) => ({ ...group, priority: groups.length - index })) },
});
