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
      'optimizer is an array of 2; it is one optimizer, for all its parameters. To train parts of the model with',
    );
  });

  it('checks updates in place of a loss and an optimizer', () => {
    const update = { loss: () => 0, optimizer, parameters: 'a/*' };
    expect(failure({ updates: { a: update, b: { ...update, parameters: ['b'], every: 2 } } })).to.equal(undefined);
    for (const [model, message] of [
      [{ ...whole, updates: { a: update } }, 'has updates and, outside of them, a part "loss"'],
      [{ updates: {} }, "The model's updates is an object with nothing in it, not updates by name."],
      [{ updates: { a: 3 } }, 'updates.a is a number, not an update.'],
      [{ updates: { 'a b': update } }, 'The update "a b" is not named by letters'],
      [{ updates: { a: { ...update, loss: 3 } } }, 'updates.a.loss is a number, not a function.'],
      [{ updates: { a: { ...update, optimizer: undefined } } }, 'has no updates.a.optimizer.'],
      [{ updates: { a: { ...update, parameters: [] } } }, 'updates.a.parameters is empty.'],
      [{ updates: { a: { ...update, every: 2 } } }, "none of the model's updates is made"],
      [{ updates: { a: { ...update, every: 0 } } }, 'updates.a: every must be a whole number of at least 1'],
      [{ updates: { a: { ...update, params: 'b' } } }, 'Did you mean "parameters"?'],
    ] as const) {
      expect(failure(model), JSON.stringify(model)).to.include(message);
    }
  });

  it('checks freeze', () => {
    expect(failure({ ...whole, freeze: ['a/*'] })).to.equal(undefined);
    expect(failure({ ...whole, freeze: [] })).to.equal(undefined);
    expect(failure({ ...whole, freeze: [3] })).to.include("The model's freeze has a number, not the name of");
  });
});
