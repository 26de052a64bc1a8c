import { adamw, momentum, plateau, sgd } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel } from '../model/tfjs-model.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { cpuTf } from './tf.test.support.js';

describe('a learning rate per parameter group', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const open = (optimizer: OneLossModel['optimizer']) =>
    buildSession(
      tf,
      request(() => classifier(tf, () => optimizer)),
    );

  /** The bits of the state after one step, by whether a name is of the head. */
  async function after(optimizer: OneLossModel['optimizer'], learningRate?: number) {
    const session = await open(optimizer);
    for (const loss of [1, 1]) session.observe?.({ loss });
    await session.step(batchAt(0), { step: 0, metrics: false, learningRate });
    const bits = Object.entries(bitsOf(await session.capture()));
    await session.dispose();
    const isHead = (name: string) => name.startsWith('mlp/head/');
    return {
      head: bits.filter(([name]) => isHead(name)),
      others: bits.filter(([name]) => !isHead(name) && !name.startsWith('forge/')),
    };
  }

  it('updates each parameter as an optimizer with its rate does', async () => {
    const groups = [{ parameters: 'mlp/head/*', rate: (step: number) => 0.5 / (step + 1) }];
    for (const make of [sgd, momentum, adamw]) {
      const [grouped, fast, slow] = [
        await after(make(0.01, { groups })),
        await after(make(0.5)),
        await after(make(0.01)),
      ];
      expect(grouped.head).to.deep.equal(fast.head);
      expect(grouped.others).to.deep.equal(slow.others);
      expect(fast.head).to.not.deep.equal(slow.head);
    }
  });

  it('is multiplied by the factor of a plateau, and replaced with the others', async () => {
    const groups = [{ parameters: ['mlp/head/*'], rate: 0.4 }];
    const following = () => sgd(plateau(0.8, { patience: 1, factor: 0.5 }), { groups });
    expect((await after(following())).head).to.deep.equal((await after(sgd(0.2))).head);
    expect((await after(following())).others).to.deep.equal((await after(sgd(0.4))).others);
    const [replaced, reference] = [await after(following(), 0.3), await after(sgd(0.3))];
    expect([replaced.head, replaced.others]).to.deep.equal([reference.head, reference.others]);
  });

  it('is refused for patterns that match nothing, two groups of a parameter, and a tf.Optimizer', async () => {
    const failure = (optimizer: () => OneLossModel['optimizer']) =>
      buildSession(
        tf,
        request(() => classifier(tf, optimizer)),
      ).then(
        () => undefined,
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      );
    const [head, bias] = ['mlp/head/*', '*/bias'].map((parameters) => ({ parameters, rate: 0.1 }));
    expect(await failure(() => sgd(1, { groups: [head!, bias!] }))).to.contain(
      'MODEL_INVALID: sgd: the parameter mlp/head/bias is in groups[0] and groups[1].',
    );
    expect(await failure(() => sgd(1, { groups: [{ parameters: 'tail/*', rate: 1 }] }))).to.contain(
      'matches no parameter',
    );
    expect(await failure(() => Object.assign(tf.train.adam(0.1), { groups: [head] }))).to.contain(
      'MODEL_INVALID: AdamOptimizer has groups, which a tf.Optimizer does not support.',
    );
  });
});
