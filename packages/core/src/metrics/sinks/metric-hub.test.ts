import { expect } from 'chai';
import type { MetricRecord, MetricSink } from '../metric-sink.js';
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
  it('hands every record and call to every sink', async () => {
    const [first, second] = [new Recorder(), new Recorder()];
    const hub = new MetricHub({ first, second }, () => undefined);
    hub.write(record);
    await hub.flush();
    await hub.close();
    expect(first.calls).to.deep.equal(['write', 'flush', 'close']);
    expect(second.calls).to.deep.equal(first.calls);
  });

  it('leaves out a sink that fails, after one warning, and closes it', async () => {
    const sound = new Recorder();
    const faulty = new Recorder();
    faulty.write = () => {
      throw new Error('the disk is full');
    };
    const warnings: string[] = [];
    const hub = new MetricHub({ faulty, sound }, (message) => warnings.push(message));
    for (let step = 0; step < 3; step++) hub.write(record);
    await hub.close();
    expect(sound.calls).to.deep.equal(['write', 'write', 'write', 'close']);
    expect(faulty.calls).to.deep.equal(['close']);
    expect(warnings).to.deep.equal(['Metrics no longer go to faulty: the disk is full']);
  });

  it('keeps a sink that tries again, says so once, and says when nothing is missing any more', async () => {
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
      'Metrics do not reach log for now, and wait: the disk is full',
      'Metrics reach log again, and none is missing.',
      'Metrics do not reach log for now, and wait: the disk is full',
      'Metrics no longer go to log: the disk is full',
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
    expect(warnings).to.deep.equal(['Metrics no longer go to flushing: gone', 'Metrics no longer go to closing: gone']);
  });
});
