import { expect } from 'chai';
import { checkHooks } from './check-hooks.js';

describe('checkHooks', () => {
  const check = (hooks: object) => () => checkHooks(hooks, 'The hook mine', 'PLUGIN_INVALID');

  it('refuses unknown hooks, and suggests the right name for names in other libraries', () => {
    for (const [name, meant] of [
      ['onReport', 'report'],
      ['on_epoch_end', 'report'],
      ['onTrainBegin', 'start'],
      ['checkpiont', 'checkpoint'],
    ] as const) {
      expect(check({ [name]: () => undefined }))
        .to.throw(`The hook mine has no hook "${name}".`)
        .with.include({ code: 'PLUGIN_INVALID', hint: `Did you mean "${meant}"?` });
    }
    expect(check({ start: () => undefined, count: 3 })).to.not.throw();
  });

  it('accepts other methods of a class, unless they look like a misspelled hook', () => {
    class Own {
      step() {
        this.sendToServer();
      }
      sendToServer() {}
    }
    class Misspelled {
      reprot() {}
    }
    expect(check(new Own())).to.not.throw();
    expect(check(new Misspelled())).to.throw('"reprot"');
  });
});
