import { tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

describe('a session state', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  it('restores only parameters from a state without slots', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    session.step(batchAt(0), { step: 0, metrics: false });
    const { parameters, optimizer } = await session.capture();
    session.step(batchAt(0), { step: 1, metrics: false });
    const slots = (await session.capture()).optimizer;
    await session.restore({ parameters, optimizer: new Map() });
    const now = await session.capture();
    expect(bitsOf({ ...now, optimizer: new Map() })).to.deep.equal(bitsOf({ parameters, optimizer: new Map() }));
    expect(bitsOf({ parameters, optimizer: now.optimizer })).to.deep.equal(bitsOf({ parameters, optimizer: slots }));
    expect(optimizer.size).to.equal(slots.size);
    session.dispose();
  });

  it('names the first tensor that does not fit, and then assigns nothing', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const good = await session.capture();
    session.step(batchAt(0), { step: 0, metrics: false });
    const moved = bitsOf(await session.capture());
    const zero = tensor(new Float32Array(3), [3]);
    const bad: [Parameters<typeof session.restore>[0], string][] = [
      [{ ...good, parameters: without(good.parameters, 'mlp/head/bias') }, 'has no parameter mlp/head/bias'],
      [
        { ...good, parameters: new Map([...good.parameters, ['x', zero]]) },
        'the parameter x, which the model does not have',
      ],
      [
        { ...good, parameters: new Map([...good.parameters, ['mlp/head/kernel', zero]]) },
        'mlp/head/kernel is float32[8, 3] in the model but float32[3] in the saved state',
      ],
      [{ ...good, optimizer: without(good.optimizer, 'mlp/head/bias/v') }, 'no optimizer slot mlp/head/bias/v'],
      [{ ...good, optimizer: new Map([...good.optimizer, ['y', zero]]) }, 'the optimizer slot y'],
      [
        { ...good, parameters: new Map([...good.parameters, ['mlp/head/bias', { ...zero, dtype: 'int32' }]]) },
        'mlp/head/bias is float32[3] in the model but int32[3]',
      ],
    ];
    for (const [state, message] of bad) {
      expect(() => session.restore(state), message)
        .to.throw(message)
        .with.property('code', 'STATE_MISMATCH');
      expect(bitsOf(await session.capture())).to.deep.equal(moved);
    }
    session.dispose();
  });
});

function without<V>(map: ReadonlyMap<string, V>, name: string): Map<string, V> {
  return new Map([...map].filter(([key]) => key !== name));
}
