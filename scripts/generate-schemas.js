import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { transform } from 'esbuild';
import { createGenerator } from 'ts-json-schema-generator';
import { QuickChecks } from './quick-checks.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The JSON files of a run folder and of a sweep, and the type that declares each. `checks`: the file of its check. */
const files = {
  run: { source: 'run/record/run-record.ts', type: 'RunFile', title: 'run.json: what a run is and how it went' },
  flags: {
    source: 'run/record/flags-file.ts',
    type: 'FlagsFile',
    title: 'flags.json: every flag and where it came from',
  },
  code: { source: 'code/code-manifest.ts', type: 'CodeFile', title: 'code.json: the code and packages of a run' },
  checkpoint: {
    source: 'checkpoint/store/manifest.ts',
    type: 'CheckpointFile',
    title: 'checkpoint.json: what a checkpoint holds, written last',
  },
  annotations: {
    source: 'run/record/annotations.ts',
    type: 'AnnotationsFile',
    title: 'annotations.json: tags, a note and a display name',
  },
  preprocessing: {
    source: 'preprocessing/preparation-file.ts',
    type: 'PreparationFile',
    title: 'preprocessing/<name>.json: how raw rows become the arrays of the model',
  },
  sweep: {
    checks: 'sweep-checks',
    source: 'sweep/record/sweep-file.ts',
    type: 'SweepFile',
    title: 'sweep.json: what a sweep was asked for',
  },
  journal: {
    checks: 'sweep-checks',
    source: 'sweep/record/journal-event.ts',
    type: 'JournalEvent',
    title: 'journal.jsonl: a line for each event of a sweep',
  },
  // Not published: parts of a sweep that its processes exchange.
  template: { checks: 'job-checks', source: 'api/jobs/template-file.ts', type: 'TemplateFile' },
  job: { checks: 'job-checks', source: 'jobs/job.ts', type: 'Job' },
  jobRecord: { checks: 'job-checks', source: 'jobs/job.ts', type: 'JobRecord' },
  // Not published, because a lock is not part of a finished run.
  process: { source: 'run/record/run-record.ts', type: 'RunProcess' },
};

/**
 * The text of each generated file, by its path from the root of the repository.
 * @returns {Promise<Map<string, string>>}
 */
export async function generateSchemas() {
  const written = new Map();
  const schemaOf = schemasOfTypes();
  const groupOf = ([, { checks = 'file-checks' }]) => checks;
  for (const group of new Set(Object.entries(files).map(groupOf))) {
    const members = Object.entries(files).filter((file) => groupOf(file) === group);
    const text = await checksOf(members, schemaOf, written);
    written.set(`packages/core/src/schema/${group}.generated.ts`, text);
  }
  return written;
}

/** The checks of some files as one module: a command that reads runs only does not load those of sweeps. */
async function checksOf(members, schemaOf, written) {
  const ajv = new Ajv({ messages: false, strictTypes: false, code: { source: true, esm: true, optimize: 2 } });
  const checks = {};
  const quick = new QuickChecks();
  const quickExports = [];
  for (const [name, { type, title }] of members) {
    const schema = schemaOf(type);
    if (title !== undefined) {
      const published = { $schema: schema.$schema, $id: `forge-ml/${name}.schema.json`, title, ...schema };
      written.set(`docs/schema/${name}.schema.json`, `${JSON.stringify(published, null, 2)}\n`);
    }
    const check = `is${type}`;
    ajv.addSchema(withoutDescriptions(schema), check);
    checks[check] = check;
    quickExports.push(`export const quick_${check} = ${quick.add(schema, schema.definitions)};`);
  }
  const source = [standaloneCode(ajv, checks), quick.source, ...quickExports].join('\n');
  return typescriptOf(source);
}

/** Minified, because every command that reads a run loads it. */
async function typescriptOf(source) {
  const { code } = await transform(source, { minify: true, format: 'esm', charset: 'utf8' });
  const [, body, names] = /^(.*?)export\{([^}]*)\};?\n*$/s.exec(code);
  const locals = new Map(names.split(',').map((name) => name.split(' as ').reverse()));
  const exported = [...locals]
    .filter(([name]) => !name.startsWith('quick_'))
    .map(([name, local]) => {
      return `export const ${name}: FileCheck = { isValid: ${locals.get(`quick_${name}`)}, explain: ${local} };`;
    });
  return [
    '// @ts-nocheck',
    '// Generated from the types of each file: npm run schemas',
    "import type { FileCheck } from './file-check.js';",
    body.trim(),
    ...exported,
    '',
  ].join('\n');
}

/** All types from one program: TypeScript reads core once. */
function schemasOfTypes() {
  const sources = [...new Set(Object.values(files).map(({ source }) => source))];
  const path = `${root}packages/core/src/{${sources.join(',')}}`;
  const options = { path, tsconfig: `${root}packages/core/tsconfig.json`, skipTypeCheck: true, topRef: false };
  const generator = createGenerator({ ...options, expose: 'none', additionalProperties: true });
  return (type) => {
    const schema = generator.createSchema(type);
    // Later versions may add fields, and readers keep unknown fields.
    const { definitions, ...rest } = schema;
    return Object.keys(definitions ?? {}).length === 0 ? rest : schema;
  };
}

/** Removes descriptions, because ajv copies the schema into the check. */
function withoutDescriptions(schema) {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'description' && typeof value === 'string' ? undefined : value)),
  );
}
