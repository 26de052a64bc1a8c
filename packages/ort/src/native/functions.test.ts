import { expect } from 'chai';
import { functions } from './functions.js';

describe('the table of functions of ONNX Runtime', () => {
  it('has the positions that programs use which are compiled against the header', () => {
    const at = (name: keyof typeof functions) => functions[name].at;
    // Read from compiled programs and tried one by one, before the table was generated.
    expect([at('GetErrorMessage'), at('CreateEnv'), at('DisableTelemetryEvents')]).to.deep.equal([2, 3, 6]);
    expect([at('CreateSessionFromArray'), at('CreateSessionOptions'), at('EnableProfiling')]).to.deep.equal([
      8, 10, 14,
    ]);
    expect([at('SetSessionGraphOptimizationLevel'), at('SetIntraOpNumThreads')]).to.deep.equal([23, 24]);
    expect([at('CreateRunOptions'), at('RunOptionsSetTerminate'), at('RunOptionsUnsetTerminate')]).to.deep.equal([
      39, 46, 47,
    ]);
    expect([at('CreateTensorWithDataAsOrtValue'), at('CreateMemoryInfo')]).to.deep.equal([49, 68]);
    expect([at('ReleaseStatus'), at('ReleaseMemoryInfo'), at('ReleaseSession')]).to.deep.equal([93, 94, 95]);
    expect([at('ReleaseValue'), at('ReleaseSessionOptions'), at('SessionEndProfiling')]).to.deep.equal([96, 100, 110]);
    expect([at('AddSessionConfigEntry'), at('RunWithBinding'), at('CreateIoBinding')]).to.deep.equal([130, 133, 134]);
    expect([at('ReleaseIoBinding'), at('BindInput'), at('BindOutput')]).to.deep.equal([135, 136, 137]);
    expect(at('BindOutputToDevice')).to.equal(138);
  });

  it('has each position once', () => {
    const positions = Object.values(functions).map(({ at }) => at);
    expect(new Set(positions).size).to.equal(positions.length);
  });
});
