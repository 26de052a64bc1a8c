import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { getPriority } from 'node:os';
import { NiceLauncher } from './nice-launcher.js';

describe('NiceLauncher', () => {
  /** Starts a script in Node; `said` resolves to its first line of output. */
  async function launch(script: string) {
    let text = '';
    let report = (_line: string) => {};
    const said = new Promise<string>((resolve) => {
      report = resolve;
    });
    const launched = await new NiceLauncher(5).launch({
      name: 'test/1',
      command: [process.execPath, '-e', script],
      directory: process.cwd(),
      env: { WORD: 'hello' },
      output(bytes, stream) {
        text += `${stream}: ${Buffer.from(bytes)}`;
        if (text.endsWith('\n')) report(text);
      },
    });
    return { launched, said, text: () => text };
  }

  it('forwards the output of the process, and its exit status', async () => {
    const { launched, text } = await launch('console.log(process.env.WORD); process.exitCode = 3');
    deepStrictEqual([await launched.wait(), text()], [3, 'stdout: hello\n']);
  });

  it('lowers its priority, and cancels it first by SIGTERM, then by SIGKILL', async () => {
    const { launched, said } = await launch(
      "process.on('SIGTERM', () => console.log('later')); setInterval(() => {}, 1000); console.error('ready')",
    );
    strictEqual(await said, 'stderr: ready\n');
    strictEqual(getPriority(Number(launched.id.split(' ')[1])), 5);
    await launched.cancel();
    await launched.cancel();
    strictEqual(await launched.wait(), 128 + 9);
  });

  it('names a program that fails to start', () => {
    const request = { name: 'x', directory: process.cwd(), env: {}, output() {} };
    return rejects(
      new NiceLauncher(5).launch({ ...request, command: ['/no/such/program'] }),
      /Cannot start \/no\/such\/program/,
    );
  });
});
