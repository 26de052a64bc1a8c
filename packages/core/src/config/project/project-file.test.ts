import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { readProjectFile } from './project-file.js';

describe('readProjectFile', () => {
  const folder = useTemporaryFolder();

  it('is found from a subfolder, and its paths are relative to it', async () => {
    await writeFiles(folder(), {
      'forge.config.ts': `import { defineProject } from '@forge-ml/core';
        export default defineProject({ dataConfig: 'data.ts', 'model-config': './m/model.ts', results_dir: 'out', size: 3, label: 'x' });`,
    });
    await mkdir(join(folder(), 'deep/down'), { recursive: true });
    const layer = await readProjectFile(join(folder(), 'deep/down'));
    expect(layer).to.deep.equal({
      source: 'project file',
      ignoreUnknown: true,
      base: folder(),
      values: {
        dataConfig: join(folder(), 'data.ts'),
        'model-config': join(folder(), 'm/model.ts'),
        results_dir: join(folder(), 'out'),
        size: 3,
        label: 'x',
      },
    });
  });

  it('is the nearest one, with any extension', async () => {
    await writeFiles(folder(), {
      'forge.config.ts': 'export default { size: 1 };',
      'deep/forge.config.mjs': 'export default { size: 2 };',
    });
    expect((await readProjectFile(join(folder(), 'deep')))?.values).to.deep.equal({
      size: 2,
      resultsDir: join(folder(), 'deep/results'),
    });
  });

  it('may be missing', async () => {
    expect(await readProjectFile(folder())).to.equal(undefined);
  });

  it('is ignored, with a warning, in a folder of stored runs, which becomes the results folder', async () => {
    await writeFiles(folder(), {
      'sent/forge.config.ts': 'export default { size: 1 };',
      'sent/mnist/1/run.json': '{}',
      'sent/mnist/2/forge.config.mjs': 'export default { size: 2 };',
    });
    for (const [path, file] of [
      ['sent/mnist/2', 'sent/mnist/2/forge.config.mjs'],
      ['sent/mnist/1', 'sent/forge.config.ts'],
      ['sent', 'sent/forge.config.ts'],
    ] as const) {
      const warnings: string[] = [];
      const layer = await readProjectFile(join(folder(), path), (warning) => warnings.push(warning));
      expect(layer).to.deep.equal({ source: 'default', values: { resultsDir: join(folder(), 'sent') } });
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.include(join(folder(), file)).and.to.include('stored runs');
    }
  });

  it('must have an object as its default export', async () => {
    await writeFiles(folder(), { 'forge.config.js': 'export default 3;' });
    const error = await failureOf(() => readProjectFile(folder()));
    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message).to.include('forge.config.js');
  });
});
