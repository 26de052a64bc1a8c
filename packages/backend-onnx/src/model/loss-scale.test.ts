import { expect } from 'chai';
import { LossScale, lossScaleDefaults, minLossScale } from './loss-scale.js';
import { checkMixedPrecision } from './mixed-precision.js';

describe('a loss scale', () => {
  it('changes as that of torch.amp.GradScaler', () => {
    // GradScaler('cpu', init_scale=8, growth_interval=3) of PyTorch 2.13, for the same gradients.
    const finite = [0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1];
    const torch = [4, 4, 4, 8, 4, 4, 4, 2, 2, 2, 4, 4];
    const scale = new LossScale({ ...lossScaleDefaults, initialScale: 8, growthInterval: 3 });
    const scales = finite.map((one) => {
      scale.after(one === 1);
      return scale.scale;
    });
    expect(scales).to.deep.equal(torch);
    expect(scale.gauges).to.deep.equal({ lossScale: 4, skippedSteps: 3 });
  });

  it('continues from its state, the steps before it grows too', () => {
    const settings = { ...lossScaleDefaults, growthInterval: 4 };
    const [whole, first, second] = [1, 2, 3].map(() => new LossScale(settings, 'critic'));
    for (const finite of [false, true, true]) for (const one of [whole!, first!]) one.after(finite);
    second!.restore(first!.capture());
    for (const finite of [true, true, false]) for (const one of [whole!, second!]) one.after(finite);
    expect(second!.capture()).to.deep.equal(whole!.capture());
    expect(second!.gauges).to.deep.equal({ 'lossScale.critic': 32_768, 'skippedSteps.critic': 2 });
  });

  it('does not grow beyond float32, and ends a run whose gradients are finite at no scale', () => {
    const high = new LossScale({ ...lossScaleDefaults, initialScale: 2 ** 127, growthInterval: 1 });
    high.after(true);
    expect(high.scale).to.equal(2 ** 127);
    const low = new LossScale({ ...lossScaleDefaults, initialScale: 1.5 * minLossScale });
    expect(() => low.after(false))
      .to.throw('not finite at any loss scale')
      .with.property('code', 'LOSS_NOT_FINITE');
    expect(low.skipped).to.equal(0);
  });

  it('has settings that are checked, and none for bfloat16', () => {
    expect(checkMixedPrecision('none')).to.equal(undefined);
    expect(checkMixedPrecision('bfloat16')).to.deep.equal({ dtype: 'bfloat16', lossScale: undefined });
    expect(checkMixedPrecision({ dtype: 'float16', growthInterval: 10 })!.lossScale).to.deep.equal({
      ...lossScaleDefaults,
      growthInterval: 10,
    });
    const wrong = (option: object | string | boolean) => () => checkMixedPrecision(option as never);
    expect(wrong('fp16')).to.throw(`mixedPrecision is "fp16"`);
    expect(wrong(true)).to.throw('mixedPrecision is');
    expect(wrong({})).to.throw('mixedPrecision is');
    expect(wrong({ dtype: 'float16', scale: 2 })).to.throw('scale');
    expect(wrong({ dtype: 'float16', initialScale: 0 })).to.throw('initialScale is 0');
    expect(wrong({ dtype: 'float16', growthFactor: 1 })).to.throw('growthFactor is 1');
    expect(wrong({ dtype: 'float16', backoffFactor: 1 })).to.throw('backoffFactor is 1');
    expect(wrong({ dtype: 'float16', growthInterval: 0.5 })).to.throw('growthInterval is 0.5');
    expect(wrong({ dtype: 'bfloat16', initialScale: 2 })).to.throw('bfloat16 has no loss scale');
  });
});
