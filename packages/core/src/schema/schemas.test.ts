import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { bothConfigs, train } from '../api/toy-run.test.support.js';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { isCheckpointFile, isCodeFile, isFlagsFile, isRunFile } from './file-checks.generated.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const names = ['run', 'flags', 'code', 'checkpoint'] as const;

const checks = { run: isRunFile, flags: isFlagsFile, code: isCodeFile, checkpoint: isCheckpointFile };

/** Copies of a value with one part of it missing, or replaced by a value of each other kind. */
function* variants(value: unknown): Generator<unknown> {
  yield* [undefined, null, true, 'NaN', -1, 0.5, 1e300, Infinity, [], [1], {}, { a: 1 }];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const other of variants(part)) {
      yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    }
  }
}

describe('the JSON Schemas of the run folder', () => {
  const folder = useTemporaryFolder();
  let run: string;
  beforeEach(async () => {
    await writeToyProject(folder());
    ({ run } = await train(folder(), [...bothConfigs, '--run-name', 'line', '--steps', '2']));
  });

  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
  const schemaOf = (name: string) => read(join(root, 'docs/schema', `${name}.schema.json`));
  const fileOf = (name: string) => join(run, name === 'checkpoint' ? 'checkpoints/2/checkpoint.json' : `${name}.json`);
  const compile = async (name: string): Promise<ValidateFunction> =>
    new Ajv({ strict: false }).compile(await schemaOf(name));

  it('are up to date with the types (npm run schemas)', async function () {
    this.timeout(60_000);
    const { generateSchemas } = await import(pathToFileURL(join(root, 'scripts/generate-schemas.js')).href);
    for (const [path, text] of (await generateSchemas()) as Map<string, string>) {
      expect(await readFile(join(root, path), 'utf8'), path).to.equal(text);
    }
  });

  for (const name of names) {
    it(`accept the ${name}.json that Forge writes, and refuse it if any field is missing`, async () => {
      const validate = await compile(name);
      const content = await read(fileOf(name));
      expect(validate(content), JSON.stringify(validate.errors)).to.equal(true);
      const { required } = await schemaOf(name);
      expect(required).to.include('formatVersion');
      for (const field of required as string[]) {
        const { [field]: _, ...rest } = content;
        expect(validate(rest), field).to.equal(false);
      }
    });
  }

  it('are checked by quick checks that agree with the full ones', async () => {
    for (const [name, { isValid, explain }] of Object.entries(checks)) {
      const content = await read(fileOf(name));
      expect([isValid(content), explain(content)], name).to.deep.equal([true, true]);
      let invalid = 0;
      for (const changed of variants(content)) {
        const valid = explain(changed);
        expect(isValid(changed), `${name}: ${JSON.stringify(changed)}`).to.equal(valid);
        if (!valid) invalid++;
      }
      expect(invalid, name).to.be.greaterThan(50);
    }
  });

  it('describe every field that Forge writes', async () => {
    for (const name of names) {
      const { properties } = await schemaOf(name);
      expect(Object.keys(properties), name).to.include.members(Object.keys(await read(fileOf(name))));
    }
  });
});
