import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { followStops } from './follow-stops.js';
import { StopSource, stopError } from './stop-request.js';

describe('followStops', () => {
  it('stops with the reason of the AbortSignal', () => {
    for (const [reason, text] of [
      [undefined, 'aborted'],
      ['enough', 'enough'],
      ['', 'aborted'],
      [new Error('out of time'), 'out of time'],
      [new Error(''), 'aborted'],
      [{ any: 'thing' }, 'aborted'],
    ] as const) {
      const early = new AbortController();
      early.abort(reason);
      expect(followStops({ signal: early.signal }, 'f').reason).to.equal(text);
      const late = new AbortController();
      const stop = followStops({ signal: late.signal }, 'f');
      expect(stop.reason).to.equal(undefined);
      late.abort(reason);
      expect([stop.reason, stop.signal]).to.deep.equal([text, undefined]);
      expect((stopError(stop) as Error).message).to.equal(`Stopped: ${text}.`);
    }
  });

  it('follows a timeout, which has a reason of its own', async () => {
    const stop = followStops({ signal: AbortSignal.timeout(1) }, 'f');
    await new Promise<void>((resolve) => void stop.onStop(resolve));
    expect(stop.reason).to.equal('The operation was aborted due to timeout');
    expect((stopError(stop) as Error).message).to.equal('Stopped: The operation was aborted due to timeout.');
  });

  it('follows a stop request too: its process signal, reason or failure; the first one counts', () => {
    const source = new StopSource();
    const stop = followStops({ stop: source, signal: new AbortController().signal }, 'f');
    source.stop('SIGINT');
    source.abort('later');
    expect([stop.signal, stop.reason, source.reason]).to.deep.equal(['SIGINT', 'SIGINT', 'SIGINT']);
    const other = new StopSource();
    const failing = followStops({ stop: other }, 'f');
    other.fail(new Error('broken'));
    expect((stopError(failing) as Error).message).to.equal('broken');
    const aborted = new StopSource();
    aborted.abort('enough');
    expect(followStops({ stop: aborted }, 'f').reason).to.equal('enough');
  });

  it('leaves no listener once it is released', () => {
    const controller = new AbortController();
    const stop = followStops({ signal: controller.signal }, 'f');
    stop.release();
    controller.abort();
    expect(stop.reason).to.equal(undefined);
    expect(getEventListeners(controller.signal, 'abort')).to.deep.equal([]);
  });

  it('refuses what is neither', async () => {
    for (const [options, about] of [
      [{ signal: 'SIGINT' }, 'signal'],
      [{ signal: { aborted: true } }, 'signal'],
      [{ signal: null }, 'signal'],
      [{ stop: { signal: 'SIGINT' } }, 'stop'],
      [{ stop: new AbortController().signal }, 'stop'],
    ] as const) {
      const error = await failureOf(async () => followStops(options as never, 'Forge.train(run, options)'));
      expect([error.code, error.about]).to.deep.equal(['USAGE', about]);
      expect(error.message).to.include('Forge.train(run, options)');
    }
  });
});
