import { expect } from 'chai';
import type { MediaRecord, MetricRecord, MetricSink } from '../metric-sink.js';
import { MetricHub } from './metric-hub.js';

const record: MetricRecord = { step: 1, epoch: 0, time: 1, split: 'train', values: { loss: 1 } };

class Recorder implements MetricSink {
  readonly calls: string[] = [];
  write(): void {
    this.calls.push('write');
  }
  flush(): void {
    this.calls.push('flush');
  }
  async close(): Promise<void> {
    this.calls.push('close');
  }
}

describe('MetricHub', () => {
  it('passes every record and call to every sink', async () => {
    const [first, second] = [new Recorder(), new Recorder()];
    const hub = new MetricHub({ first, second }, () => undefined);
    hub.write(record);
    await hub.flush();
    await hub.close();
    expect(first.calls).to.deep.equal(['write', 'flush', 'close']);
    expect(second.calls).to.deep.equal(first.calls);
  });

  it('passes media to the sinks that take them', () => {
    const names: string[] = [];
    const taking = Object.assign(new Recorder(), { writeMedia: ({ name }: MediaRecord) => names.push(name) });
    const hub = new MetricHub({ numbers: new Recorder(), taking }, () => undefined);
    hub.writeMedia({ ...record, name: 'note', value: { kind: 'text', text: 'x' } });
    expect(names).to.deep.equal(['note']);
  });

  it('passes the first image once its encoder is loaded, in order, before a flush resolves', async () => {
    const names: string[] = [];
    const taking = Object.assign(new Recorder(), { writeMedia: ({ name }: MediaRecord) => names.push(name) });
    const hub = new MetricHub({ taking }, () => undefined);
    const pixel = { kind: 'image', width: 1, height: 1, channels: 1, pixels: Uint8Array.of(7) } as const;
    hub.writeMedia({ ...record, name: 'picture', value: pixel });
    hub.writeMedia({ ...record, name: 'note', value: { kind: 'text', text: 'x' } });
    await hub.flush();
    expect(names).to.deep.equal(['picture', 'note']);
    hub.writeMedia({ ...record, name: 'later', value: pixel });
    expect(names).to.deep.equal(['picture', 'note', 'later']);
  });

  it('removes a sink that fails, after one warning, and closes it', async () => {
    const working = new Recorder();
    const faulty = new Recorder();
    faulty.write = () => {
      throw new Error('the disk is full');
    };
    const warnings: string[] = [];
    const hub = new MetricHub({ faulty, working }, (message) => warnings.push(message));
    for (let step = 0; step < 3; step++) hub.write(record);
    await hub.close();
    expect(working.calls).to.deep.equal(['write', 'write', 'write', 'close']);
    expect(faulty.calls).to.deep.equal(['close']);
    expect(warnings).to.deep.equal(['Stopped writing metrics to faulty: the disk is full']);
  });

  it('keeps a sink that retries, warns once, and reports when it has caught up', async () => {
    const calls: number[] = [];
    let full = true;
    let retries = true;
    const refuse = () => {
      if (full) throw new Error('the disk is full');
    };
    const sink: MetricSink = {
      get retries() {
        return retries;
      },
      write({ step }) {
        calls.push(step);
        refuse();
      },
      flush: refuse,
      close: refuse,
    };
    const warnings: string[] = [];
    const hub = new MetricHub({ log: sink }, (message) => warnings.push(message));
    for (const step of [1, 2]) hub.write({ ...record, step });
    await hub.flush();
    full = false;
    hub.write({ ...record, step: 3 });
    await hub.flush();
    full = true;
    hub.write({ ...record, step: 4 });
    retries = false;
    hub.write({ ...record, step: 5 });
    hub.write({ ...record, step: 6 });
    await hub.close();
    expect(calls).to.deep.equal([1, 2, 3, 4, 5]);
    expect(warnings).to.deep.equal([
      'log is unavailable; buffering metrics: the disk is full',
      'log is available again; no metrics were lost.',
      'log is unavailable; buffering metrics: the disk is full',
      'Stopped writing metrics to log: the disk is full',
    ]);
  });

  it('survives a sink that rejects when flushed or closed', async () => {
    const reject = () => Promise.reject(new Error('gone'));
    const write = () => undefined;
    const warnings: string[] = [];
    const sinks = {
      flushing: { write, flush: reject, close: reject },
      closing: { write, flush: write, close: reject },
    };
    const hub = new MetricHub(sinks, (message) => warnings.push(message));
    await hub.flush();
    await hub.close();
    expect(warnings).to.deep.equal([
      'Stopped writing metrics to flushing: gone',
      'Stopped writing metrics to closing: gone',
    ]);
  });
});
