import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, train } from '../toy-run.test.support.js';

/** A toy backend whose sessions capture something else than they list. @param spoil of a state, as source text */
const pluginThat = (spoil: string) => `
import { definePlugin } from '@forge-ml/core/plugin';
import { toyBackend } from '@forge-ml/core/testing';

const start = async (request) => {
  const engine = await toyBackend.start(request);
  const build = async (wanted) => {
    const session = await engine.build(wanted);
    const capture = session.capture.bind(session);
    session.capture = () => {
      const { parameters, optimizer } = capture();
      const [[name, value]] = parameters;
      const spoil = ${spoil};
      return { parameters: new Map([...parameters, ...spoil(name, value)]), optimizer };
    };
    return session;
  };
  return { ...engine, build };
};
export default definePlugin({ port: 1, backends: { other: () => ({ ...toyBackend, name: 'other', start }) } });`;

const spoils: Readonly<Record<string, readonly [spoil: string, says: RegExp]>> = {
  'another type': [
    "(name, value) => [[name, { ...value, dtype: 'int32' }]]",
    /a state with the parameter ".*" as int32\[.*\], but lists it as float32\[.*\]/,
  ],
  'another shape': [
    '(name, value) => [[name, { ...value, shape: [1, ...value.shape] }]]',
    /a state with the parameter ".*" as float32\[1, .*\], but lists it as float32\[.*\]/,
  ],
  'another name': [
    "(name, value) => [['more', value]]",
    /a state with the parameter "more", which the session does not list/,
  ],
};

describe('a backend that captures another state than it lists', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  for (const [what, [spoil, says]] of Object.entries(spoils)) {
    it(`is named before a run has a folder: ${what}`, async () => {
      await installPlugin(folder(), { name: 'other', forge: { backends: ['other'] }, module: pluginThat(spoil) });
      const argv = [...bothConfigs.slice(2), '--backend', 'other', '--steps', '3'];
      const error = await failureOf(() => train(folder(), argv));
      expect(error.code).to.equal('BACKEND_INVALID');
      expect(error.message).to.match(says).and.to.include('of the backend other (other 1.0.0)');
      expect(existsSync(join(folder(), 'results'))).to.equal(false);
    });
  }
});
