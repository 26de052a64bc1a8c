import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The entry points that people import from, and what they are for. */
const entryPoints = {
  'packages/core/src/index.ts': 'configs, datasets, metrics, and `Forge`: train, resume, load',
  'packages/core/src/runs.ts': 'find and read runs in a script that does not train',
  'packages/core/src/curves.ts': 'downsample and smooth curves, also in a browser',
  'packages/core/src/sweeps.ts': 'read sweeps in a script that does not train',
  'packages/core/src/manage.ts': 'annotate, remove and restore runs; checkpoints',
  'packages/backend-tfjs/src/index.ts': 'models for TensorFlow.js',
  'packages/backend-onnx/src/index.ts': 'models for ONNX Runtime',
  'packages/data/src/index.ts': 'image folders',
  'packages/onnx/src/index.ts': 'ONNX models and their gradients, without Forge',
  'packages/core/src/plugin.ts': 'write plugins and backends',
  'packages/core/src/node.ts': 'files and threads, for plugins that run on Node',
  'packages/core/src/testing/index.ts': 'conformance suites for backends, checkpoint stores, samplers and launchers',
};

/** Pages of namespaces. */
const partsOf = {
  'backend-onnx.md': ['backend-onnx-ops.md', 'compute in models and losses'],
  'onnx.md': ['onnx-ops.md', 'build graphs'],
};

/**
 * The API reference: a page of Markdown for each entry point, from the types and their comments, and an index.
 * @throws Error if typedoc warns, of a link to an unknown name for example
 * @returns {Promise<Map<string, string>>} texts by path from the root of the repository
 */
export async function generateApi() {
  const folder = await mkdtemp(join(tmpdir(), 'forge-api-'));
  try {
    const app = await Application.bootstrapWithPlugins({
      plugin: ['typedoc-plugin-markdown'],
      entryPoints: Object.keys(entryPoints).map((path) => join(root, path)),
      tsconfig: join(root, 'tsconfig.api.json'),
      readme: 'none',
      router: 'module',
      out: folder,
      excludeInternal: true,
      excludePrivate: true,
      excludeExternals: true,
      disableSources: true,
      hideBreadcrumbs: true,
      hidePageHeader: true,
      hidePageTitle: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      typeDeclarationFormat: 'table',
      expandObjects: true,
      useCodeBlocks: true,
      skipErrorChecking: true,
      logLevel: 'Warn',
    });
    const project = await app.convert();
    if (project === undefined) throw new Error('The types could not be read.');
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasWarnings() || app.logger.hasErrors()) throw new Error('typedoc warns: see above.');
    const written = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
    const pages = new Map(written.filter((name) => name !== 'README.md').map((name) => [name, pageOf(name)]));
    const texts = await Promise.all(
      Array.from(pages, async ([name, page]) => [
        `docs/api/${page}`,
        withHeading(page, withLinks(await readFile(join(folder, name), 'utf8'), name, pages)),
      ]),
    );
    texts.push(['docs/api/README.md', index([...pages.values()])]);
    return new Map(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `core/src/plugin.md` and `onnx/src/namespaces/ops.md` as `core-plugin.md` and `onnx-ops.md`. */
function pageOf(name) {
  return name.replace(/\/src(\/README)?(?=\.md$)/, '').replace(/\/src\/(namespaces\/)?/, '-');
}

/** `core-plugin.md` as `@forge-ml/core/plugin`; `onnx-ops.md` as `ops of @forge-ml/onnx`. */
function importOf(page) {
  const [name, part] = page.replace(/\.md$/, '').split(/(?<=core|onnx)-/);
  if (part === undefined) return `@forge-ml/${name}`;
  return part === 'ops' ? `ops of @forge-ml/${name}` : `@forge-ml/${name}/${part}`;
}

function withHeading(page, text) {
  return `# ${importOf(page)}\n\n${text.trim()}\n`;
}

/** @param pages their file names, each of which gets a row */
function index(pages) {
  const listed = Object.entries(entryPoints).flatMap(([path, purpose]) => {
    const page = pageOf(path.replace(/^packages\//, '').replace(/(\/index)?\.ts$/, '.md'));
    return [[page, purpose], ...(partsOf[page] === undefined ? [] : [partsOf[page]])];
  });
  const missing = pages.filter((page) => !listed.some(([name]) => name === page));
  if (missing.length > 0 || listed.length !== pages.length) throw new Error(`No description of ${missing.join(', ')}`);
  const rows = listed.map(([page, purpose]) => `| [${importOf(page)}](${page}) | ${purpose} |`);
  return `${[
    '# API reference',
    '',
    'Everything that the packages export, generated from the types and their comments by `npm run api`.',
    'The other [pages](../../README.md#documentation) explain how to use it.',
    '',
    '| import from | to |',
    '| --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}

/** Links between the pages, by their new names. */
function withLinks(text, from, pages) {
  return text.replace(/\]\(([^)#\s]+\.md)/g, (link, target) => {
    const page = pages.get(posix.join(posix.dirname(from), target));
    return page === undefined ? link : `](${page}`;
  });
}
