import { expect } from 'chai';
import { ForgeError } from '../errors/forge-error.js';
import { failureOf } from '../testing/temporary-folder.test.support.js';
import { chooseEngine, type EngineCandidate } from './choose-engine.js';

function candidate(name: string, usable: boolean, failure?: Error): EngineCandidate<string> {
  return {
    name,
    status: () => ({ name, usable, detail: '' }),
    async start() {
      if (failure !== undefined) throw failure;
      return name;
    },
  };
}

const search = { searchFrom: [] };
const broken = candidate('gpu', true, new ForgeError('ENGINE_UNUSABLE', 'No driver.'));

describe('chooseEngine', () => {
  it('starts the first engine that works, and reports why earlier ones failed', async () => {
    const candidates = [candidate('absent', false), broken, candidate('cpu', true), candidate('slow', true)];
    expect(await chooseEngine('toy', candidates, search)).to.deep.equal({ started: 'cpu', warnings: ['No driver.'] });
  });

  it('starts the requested engine, even if another is preferred', async () => {
    const candidates = [candidate('cpu', true), candidate('slow', true)];
    const chosen = await chooseEngine('toy', candidates, { ...search, engine: 'slow' });
    expect(chosen).to.deep.equal({ started: 'slow', warnings: [] });
  });

  it('fails with the error of the last engine if none works', async () => {
    const error = await failureOf(() => chooseEngine('toy', [broken], search));
    expect([error.code, error.message]).to.deep.equal(['ENGINE_UNUSABLE', 'No driver.']);
    const none = await failureOf(() => chooseEngine('toy', [candidate('gpu', false)], search));
    expect(none.message).to.equal('No engine of the backend toy is usable here.');
  });

  it('lists the available engines for an unknown name', async () => {
    const error = await failureOf(() => chooseEngine('toy', [candidate('cpu', true)], { ...search, engine: 'cup' }));
    expect([error.code, error.hint]).to.deep.equal(['ENGINE_UNUSABLE', 'Available: cpu.']);
  });

  it('does not catch errors other than ForgeError', async () => {
    const bug = candidate('gpu', true, new TypeError('bug'));
    const failed = await chooseEngine('toy', [bug, candidate('cpu', true)], search).catch((error) => error);
    expect(failed).to.be.instanceOf(TypeError);
  });
});
