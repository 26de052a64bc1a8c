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
  it('refuses unknown parts, given the fields of the backend', () => {
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

  it('refuses names similar to an absent part, if the backend does not declare its fields', () => {
    expect(failure({ ...whole, parameters: new Map(), helper: () => 0 })).to.equal(undefined);
    expect(failure({ ...whole, forward: () => 0 })).to.include('Did you mean "predict"?');
    expect(failure({ ...whole, predict: () => 0, forward: () => 0 })).to.equal(undefined);
  });

  it('checks the methods of an instance, but not its fields', () => {
    class Model {
      readonly layers = [];
      readonly optimizer = optimizer;
      loss() {}
      forward() {}
    }
    expect(failure(new Model(), { fields: [] })).to.include('has no part "forward". Did you mean "predict"?');
  });

  it('refuses a function as metrics', () => {
    expect(failure({ ...whole, metrics: () => 0 })).to.include('Did you mean "stats"?');
  });

  it('refuses several optimizers', () => {
    expect(failure({ ...whole, optimizer: [optimizer, optimizer] })).to.include(
      'optimizer is an array of 2; a model has one optimizer, for all its parameters. To train two models',
    );
  });
});
