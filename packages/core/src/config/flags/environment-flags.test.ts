import { expect } from 'chai';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { environmentLayer, flagVariables } from './environment-flags.js';
import { flag } from './flag.js';
import { plainValues, resolveFlags } from './resolve-flags.js';

describe('environmentLayer', () => {
  const specs = {
    learningRate: flag.float(1, 'Rate.'),
    hidden2size: flag.integer(1, 'Size.'),
    bias: flag.boolean(false, 'Bias.'),
    file: flag.path('', 'File.'),
  };
  const read = (env: Record<string, string>) => plainValues(resolveFlags(specs, [environmentLayer(env, '/work')]));

  it('reads flags in every spelling, as text, and paths from the base', () => {
    for (const name of ['LEARNING_RATE', 'learning_rate', 'learningRate', 'learning-rate', 'LearningRate']) {
      expect(read({ [`FORGE_FLAG_${name}`]: '1e-3' }).learningRate, name).to.equal(0.001);
    }
    const env = { FORGE_FLAG_HIDDEN2SIZE: '5', FORGE_FLAG_BIAS: 'true', FORGE_FLAG_FILE: 'a.csv' };
    expect(read(env)).to.include({ hidden2size: 5, bias: true });
    expect(read(env).file).to.match(/work.a\.csv$/);
  });

  it('ignores every other variable', () => {
    const env = { FORGE_PLUGIN_SECONDS: '3', PATH: '/bin', HIDDEN2SIZE: '7', forge_flag_bias: 'true' };
    expect(environmentLayer(env, '/').values).to.deep.equal({});
    expect(flagVariables({ ...env, FORGE_FLAG_BIAS: 'true', FORGE_FLAG_FILE: undefined })).to.deep.equal({
      FORGE_FLAG_BIAS: 'true',
    });
  });

  it('refuses two variables for one flag', async () => {
    const env = { FORGE_FLAG_LEARNING_RATE: '1', FORGE_FLAG_learningRate: '2' };
    const error = await failureOf(() => environmentLayer(env, '/'));
    expect(error.code).to.equal('FLAG_CONFLICT');
    expect(error.message).to.include('FORGE_FLAG_LEARNING_RATE').and.include('FORGE_FLAG_learningRate');
  });
});
