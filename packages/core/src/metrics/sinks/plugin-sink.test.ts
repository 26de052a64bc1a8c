import { expect } from 'chai';
import type { MetricRecord, MetricSink } from '../metric-sink.js';
import { MetricHub } from './metric-hub.js';
import { PluginSink } from './plugin-sink.js';

const record: MetricRecord = { step: 1, epoch: 0, time: 1, split: 'train', values: { loss: 1 } };
const never = () => new Promise<void>(() => undefined);
const noop: MetricSink = { write() {}, flush() {}, close() {} };

describe('PluginSink', () => {
  /** A hub with one plugin sink whose close is awaited for `limit` ms, and the hub's warnings. */
  function hubOf(sink: Partial<MetricSink>, limit = 20): { hub: MetricHub; warnings: string[] } {
    const warnings: string[] = [];
    const sinks = { remote: new PluginSink({ ...noop, ...sink }, limit) };
    return { hub: new MetricHub(sinks, (message) => warnings.push(message)), warnings };
  }

  it('starts a flush without waiting for it, and no second one before it has finished', async () => {
    let flushes = 0;
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const flush = () => {
      flushes++;
      return finished;
    };
    const { hub, warnings } = hubOf({ flush }, 10_000);
    await hub.flush();
    await hub.flush();
    expect(flushes).to.equal(1);
    finish();
    await hub.close();
    expect(warnings).to.deep.equal([]);
  });

  for (const [what, sink] of Object.entries({ flushed: { flush: never }, closed: { close: never } })) {
    it(`does not block the end of a run when it is never ${what}`, async () => {
      const { hub, warnings } = hubOf(sink);
      hub.write(record);
      await hub.flush();
      await hub.close();
      expect(warnings).to.deep.equal([
        'Stopped writing metrics to remote: it did not close within 0.02 s; unsent metrics may be lost',
      ]);
    });
  }

  it('is removed at the next call after its flush has failed', async () => {
    const writes: number[] = [];
    const fail = async () => {
      throw new Error('the server is gone');
    };
    const { hub, warnings } = hubOf({ flush: fail, write: ({ step }) => void writes.push(step) });
    hub.write(record);
    await hub.flush();
    await new Promise(setImmediate);
    hub.write({ ...record, step: 2 });
    hub.write({ ...record, step: 3 });
    await hub.close();
    expect(writes).to.deep.equal([1]);
    expect(warnings).to.deep.equal(['Stopped writing metrics to remote: the server is gone']);
  });

  it('is kept if it retries: it gets every record, failures are reported once, and the next flush sends all', async () => {
    const sent: number[] = [];
    let kept: number[] = [];
    let failures = 0;
    const send = async () => {
      if (failures-- > 0) throw new Error('503');
      sent.push(...kept);
      kept = [];
    };
    for (const failing of ['flush', 'write'] as const) {
      [failures, kept, sent.length] = [2, [], 0];
      const write = async ({ step }: MetricRecord) => {
        kept.push(step);
        if (failing === 'write') await send();
      };
      // The type says void, but an async write is an easy mistake: its rejection must not end the process.
      const { hub, warnings } = hubOf({ retries: true, write: write as never, flush: send, close: send });
      for (const step of [1, 2, 3, 4]) {
        hub.write({ ...record, step });
        await new Promise(setImmediate);
        await hub.flush();
        await new Promise(setImmediate);
      }
      hub.write({ ...record, step: 5 });
      await hub.close();
      expect(sent.sort(), failing).to.deep.equal([1, 2, 3, 4, 5]);
      expect(warnings, failing).to.deep.equal([
        'remote is unavailable; buffering metrics: 503',
        'remote is available again; no metrics were lost.',
      ]);
    }
  });

  it('forwards every member of the sink it wraps, bound to it', async () => {
    class Whole implements Required<MetricSink> {
      readonly #calls: string[] = [];
      retries = false;
      write() {
        this.#calls.push('write');
      }
      writeMedia() {
        this.#calls.push('writeMedia');
      }
      flush() {
        this.#calls.push('flush');
      }
      close() {
        this.#calls.push('close');
      }
      calls() {
        return this.#calls;
      }
    }
    const whole = new Whole();
    const sink = new PluginSink(whole);
    sink.write(record);
    sink.writeMedia({ ...record, name: 'note', value: { kind: 'text', text: 'x' } });
    sink.flush();
    await sink.close({ status: 'completed' });
    expect(whole.calls()).to.deep.equal(['write', 'writeMedia', 'flush', 'close']);
    expect(sink.retries).to.equal(false);
    whole.retries = true;
    expect(sink.retries).to.equal(true);
  });
});
