import { expect } from 'chai';
import { checkHooks } from './check-hooks.js';

describe('checkHooks', () => {
  const check = (hooks: object) => () => checkHooks(hooks, 'The hook mine', 'PLUGIN_INVALID');

  it('refuses hooks that nothing calls, by the names other libraries have for them', () => {
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

  it('lets a class have methods of its own, but none that look like a hook', () => {
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
