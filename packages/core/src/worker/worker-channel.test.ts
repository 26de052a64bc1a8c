import { expect } from 'chai';
import { WorkerChannel } from './worker-channel.js';

const echo = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, request }) => {
    if (request.fail) throw new Error('broken');
    if (request.exit) process.exit(3);
    const text = request.text === 'flags' ? process.execArgv.join(' ') : request.text;
    setTimeout(() => parentPort.postMessage({ id, text }), request.wait ?? 0);
  });
`;

interface Request {
  readonly text?: string;
  readonly wait?: number;
  readonly fail?: boolean;
  readonly exit?: boolean;
}

function open(): WorkerChannel<Request, { readonly id: number; readonly text: string }> {
  const module = new URL(`data:text/javascript,${encodeURIComponent(echo)}`);
  return new WorkerChannel(module, { failure: (cause) => new Error(`The echo has failed: ${cause.message}.`) });
}

describe('WorkerChannel', () => {
  it('gives each request its own answer, in whatever order they come', async () => {
    const channel = open();
    const slow = channel.ask({ text: 'slow', wait: 60 });
    const fast = channel.ask({ text: 'fast' });
    expect(channel.busy).to.equal(true);
    expect([(await fast).text, (await slow).text]).to.deep.equal(['fast', 'slow']);
    expect(channel.busy).to.equal(false);
    await channel.terminate();
  });

  for (const [how, request, message] of [
    ['throws', { fail: true }, 'The echo has failed: broken.'],
    ['exits', { exit: true }, 'The echo has failed: it ended with status 3.'],
  ] as const) {
    it(`rejects what is pending, and every later request, once the worker ${how}`, async () => {
      const channel = open();
      const waiting = channel.ask({ text: 'never', wait: 60_000 });
      const failures = await Promise.allSettled([waiting, channel.ask(request)]);
      const later = await channel.ask({ text: 'late' }).catch((error: Error) => error);
      const messages = failures.map((end) => (end.status === 'rejected' ? (end.reason as Error).message : ''));
      expect([...messages, (later as Error).message]).to.deep.equal([message, message, message]);
      expect(channel.busy).to.equal(false);
    });
  }

  it('rejects unknown options, and suggests the closest', () => {
    const module = new URL('data:text/javascript,');
    const options = { failure: (cause: Error) => cause, workerDate: 1 };
    expect(() => new WorkerChannel(module, options))
      .to.throw('"workerDate"')
      .with.property('code', 'OPTION_UNKNOWN');
  });

  it('rejects a request that cannot be cloned, with nothing pending', async () => {
    const channel = open();
    const error = await channel.ask({ text: (() => 'x') as never }).catch((failure: Error) => failure);
    expect((error as Error).name).to.equal('DataCloneError');
    expect(channel.busy).to.equal(false);
    await channel.terminate();
  });

  it('resolves packages to the same files as this process, whose other flags it does not get', async () => {
    const flags = process.execArgv;
    process.execArgv = [
      '--input-type=module',
      '--conditions=one',
      '-C',
      'two',
      '--no-warnings',
      '--conditions',
      'three',
    ];
    try {
      const channel = open();
      const { text } = await channel.ask({ text: 'flags' });
      expect(text).to.equal('--conditions=one -C two --conditions three');
      await channel.terminate();
    } finally {
      process.execArgv = flags;
    }
  });

  it('moves memory to the worker', async () => {
    const channel = open();
    const memory = new Uint8Array(8);
    await channel.ask({ text: 'x' }, [memory.buffer]);
    expect(memory.byteLength).to.equal(0);
    await channel.terminate();
  });
});
