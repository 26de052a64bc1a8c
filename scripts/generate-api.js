import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The entry points that people import from. */
const entryPoints = [
  'packages/core/src/index.ts',
  'packages/core/src/plugin.ts',
  'packages/core/src/node.ts',
  'packages/core/src/runs.ts',
  'packages/core/src/manage.ts',
  'packages/core/src/testing/index.ts',
  'packages/backend-tfjs/src/index.ts',
  'packages/backend-onnx/src/index.ts',
  'packages/onnx/src/index.ts',
];

/**
 * The API reference: a page of Markdown for each entry point, from the types and their comments.
 * @returns {Promise<Map<string, string>>} texts by path from the root of the repository
 */
export async function generateApi() {
  const folder = await mkdtemp(join(tmpdir(), 'forge-api-'));
  try {
    const app = await Application.bootstrapWithPlugins({
      plugin: ['typedoc-plugin-markdown'],
      entryPoints: entryPoints.map((path) => join(root, path)),
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
    await app.generateOutputs(project);
    const written = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
    const pages = new Map(written.filter((name) => name !== 'README.md').map((name) => [name, pageOf(name)]));
    const texts = await Promise.all(
      Array.from(pages, async ([name, page]) => [
        `docs/api/${page}`,
        withHeading(page, withLinks(await readFile(join(folder, name), 'utf8'), name, pages)),
      ]),
    );
    return new Map(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `core/src/plugin.md` and `onnx/src/namespaces/ops.md` as `core-plugin.md` and `onnx-ops.md`. */
function pageOf(name) {
  return name.replace(/\/src(\/README)?(?=\.md$)/, '').replace(/\/src\/(namespaces\/)?/, '-');
}

function withHeading(page, text) {
  const [name, part] = page.replace(/\.md$/, '').split(/(?<=core|onnx)-/);
  return `# @forge-ml/${part === undefined ? name : `${name}/${part}`}\n\n${text.trim()}\n`;
}

/** Links between the pages, by their new names. */
function withLinks(text, from, pages) {
  return text.replace(/\]\(([^)#\s]+\.md)/g, (link, target) => {
    const page = pages.get(posix.join(posix.dirname(from), target));
    return page === undefined ? link : `](${page}`;
  });
}
