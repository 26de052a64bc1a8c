import { expect } from 'chai';
import { isForgeError } from '../errors/forge-error.js';
import { checkModelParts, type ModelRules } from './check-model.js';

const optimizer = { rate: () => 1, slots: {}, update: () => ({}) };
const whole = { loss: () => 0, optimizer };
const rules: ModelRules = { type: 'LinearModel', optimizerHint: 'Give one.' };

function failure(model: unknown, more: Partial<ModelRules> = {}): string | undefined {
  try {
    checkModelParts(model, { ...rules, ...more });
    return undefined;
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return `${error.code}: ${error.message} ${error.hint}`;
  }
}

describe('checkModelParts', () => {
  it('refuses parts that nothing reads, by the fields of the backend', () => {
    const strict = { fields: ['variables'] };
    expect(failure({ ...whole, variables: {}, metrics: {}, stats: () => 0 }, strict)).to.equal(undefined);
    for (const [part, meant] of [
      ['artifacts', 'artefacts'],
      ['criterion', 'loss'],
      ['forward', 'predict'],
      ['varables', 'variables'],
    ] as const) {
      expect(failure({ ...whole, [part]: {} }, strict)).to.equal(
        `MODEL_INVALID: The model that load returned has no part "${part}". Did you mean "${meant}"?`,
      );
    }
    expect(failure({ ...whole, scheduler: 1 }, strict)).to.include('adam(cosineDecay(…))');
  });

  it('refuses what looks like a part that is absent, where a backend does not say which fields it has', () => {
    expect(failure({ ...whole, parameters: new Map(), helper: () => 0 })).to.equal(undefined);
    expect(failure({ ...whole, forward: () => 0 })).to.include('Did you mean "predict"?');
    expect(failure({ ...whole, predict: () => 0, forward: () => 0 })).to.equal(undefined);
  });

  it('looks at the methods of an instance, whose fields are its own affair', () => {
    class Model {
      readonly layers = [];
      readonly optimizer = optimizer;
      loss() {}
      forward() {}
    }
    expect(failure(new Model(), { fields: [] })).to.include('has no part "forward". Did you mean "predict"?');
  });

  it('tells a function given as metrics from directions by name', () => {
    expect(failure({ ...whole, metrics: () => 0 })).to.include('Did you mean "stats"?');
  });

  it('says of several optimizers that a model has one', () => {
    expect(failure({ ...whole, optimizer: [optimizer, optimizer] })).to.include(
      'optimizer is an array of 2; a model has one optimizer, for all its parameters. To train two models',
    );
  });
});
