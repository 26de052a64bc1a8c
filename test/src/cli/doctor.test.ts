import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

describe('forge backends and forge doctor', () => {
  it('list backends, their engines, and why a plugin fails to load', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd, {
        'package.json': JSON.stringify({ dependencies: { 'toy-plugin': '1.0.0', broken: '1.0.0' } }),
      });
      const manifest = {
        name: 'broken',
        version: '1.0.0',
        forge: { plugin: './index.js', port: 1, backends: ['bad'] },
      };
      await writeFiles(join(cwd, 'node_modules', 'broken'), {
        'package.json': JSON.stringify(manifest),
        'index.js': "throw new Error('no licence');",
      });
      const { status, stdout, stderr } = await forge(['backends', '--json'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      const found = Object.fromEntries(JSON.parse(stdout).backends.map((item: { name: string }) => [item.name, item]));
      expect(found.toy.engines[0]).to.include({ usable: true });
      expect(found.bad.error).to.include('no licence');
      const human = await forge(['backends'], { cwd });
      expect(human.stdout).to.match(/^toy {2}toy-plugin 1\.0\.0\n {2}✓ \S+ .*used unless --engine says otherwise/m);
      expect(human.stdout).to.match(/^bad {2}broken 1\.0\.0\n {2}✗ .*no licence/m);
      const doctor = await forge(['doctor', '--json'], { cwd });
      expect(doctor.status).to.equal(1);
      const checks = JSON.parse(doctor.stdout).checks as { name: string; status: string }[];
      const statuses = Object.fromEntries(checks.map((check) => [check.name, check.status]));
      expect(statuses).to.include({ node: 'ok', results: 'ok', 'backend toy': 'ok', 'backend bad': 'fail' });
    }));

  it('report a results path that is a file', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      expect((await forge(['doctor'], { cwd })).status).to.equal(0);
      await writeFile(join(cwd, 'results'), 'a file');
      const { status, stdout } = await forge(['doctor'], { cwd });
      expect(status).to.equal(1);
      expect(stdout).to.match(/^✗ results +\S+results cannot be written: .*\n +→ Choose a writable folder/m);
    }));
});
