import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { getPriority } from 'node:os';
import { NiceLauncher } from './nice-launcher.js';

describe('the launcher', () => {
  /** Starts a script in Node; `said` resolves when it has written a line. */
  async function launch(script: string) {
    let text = '';
    let tell = (_line: string) => {};
    const said = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const launched = await new NiceLauncher(5).launch({
      name: 'test/1',
      command: [process.execPath, '-e', script],
      directory: process.cwd(),
      env: { WORD: 'hello' },
      output(bytes, stream) {
        text += `${stream}: ${Buffer.from(bytes)}`;
        if (text.endsWith('\n')) tell(text);
      },
    });
    return { launched, said, text: () => text };
  }

  it('hands over what the process writes, and its exit status', async () => {
    const { launched, text } = await launch('console.log(process.env.WORD); process.exitCode = 3');
    deepStrictEqual([await launched.wait(), text()], [3, 'stdout: hello\n']);
  });

  it('starts it behind others, and asks it to end in order, then at once', async () => {
    const { launched, said } = await launch(
      "process.on('SIGTERM', () => console.log('later')); setInterval(() => {}, 1000); console.error('ready')",
    );
    strictEqual(await said, 'stderr: ready\n');
    strictEqual(getPriority(Number(launched.id.split(' ')[1])), 5);
    await launched.cancel();
    await launched.cancel();
    strictEqual(await launched.wait(), 128 + 9);
  });

  it('names a program that cannot be started', () => {
    const request = { name: 'x', directory: process.cwd(), env: {}, output() {} };
    return rejects(
      new NiceLauncher(5).launch({ ...request, command: ['/no/such/program'] }),
      /\/no\/such\/program cannot be started/,
    );
  });
});
