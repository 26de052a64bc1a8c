import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { currentProcess, hostInfo, isProcessAlive } from './host-info.js';
import type { RunProcess } from './run-record.js';

describe('host info', () => {
  it('describes the machine in plain numbers and strings', () => {
    const info = hostInfo();
    expect(info.cpus).to.be.greaterThan(0);
    expect(info.memoryBytes).to.be.greaterThan(1 << 20);
    expect(info).to.include({ platform: process.platform, arch: process.arch });
    expect(JSON.parse(JSON.stringify(info))).to.deep.equal(info);
  });

  /** Without `ps`, only /proc on Linux has the start time of a process. */
  const startIsKnown = spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)]).status === 0;

  /** Starts another process that prints its identity and waits. */
  async function startOther() {
    const module = new URL('./host-info.js', import.meta.url).href;
    const code = `import { currentProcess } from ${JSON.stringify(module)};
      console.log(JSON.stringify(currentProcess())); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, identity: JSON.parse(line.toString()) as RunProcess };
  }

  it('distinguishes a running process from one that was killed', async () => {
    const { child, identity } = await startOther();
    const { birth: _, ...byClock } = identity;
    expect(isProcessAlive(identity)).to.equal(true);
    expect(isProcessAlive(byClock)).to.equal(startIsKnown ? true : undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isProcessAlive(identity)).to.equal(false);
    expect(isProcessAlive(byClock)).to.equal(false);
  });

  it('recognises itself, and does not confuse a reused PID with the same process', () => {
    const { birth, ...byClock } = currentProcess();
    expect(isProcessAlive(currentProcess())).to.equal(true);
    expect(isProcessAlive({ ...byClock, startTime: byClock.startTime - 60_000 })).to.equal(
      startIsKnown ? false : undefined,
    );
    if (birth !== undefined) {
      expect(isProcessAlive({ ...byClock, birth: birth.replace(/\d+$/, '1') })).to.equal(false);
    }
  });

  it('is not affected by a clock change', function () {
    const { birth, ...byClock } = currentProcess();
    if (birth === undefined) return this.skip();
    expect(isProcessAlive({ ...byClock, birth, startTime: byClock.startTime - 3_600_000 })).to.equal(true);
  });

  it('treats a zombie as dead', function () {
    if (process.platform !== 'linux') return this.skip();
    const module = new URL('./host-info.js', import.meta.url).href;
    // The shell execs into sleep and never reaps its child.
    const code = `import { currentProcess } from ${JSON.stringify(module)}; console.log(JSON.stringify(currentProcess()));`;
    const script = `"$0" --input-type=module -e "$1" & sleep 0.01; exec sleep 3`;
    const shell = spawn('bash', ['-c', script, process.execPath, code], { stdio: ['ignore', 'pipe', 'inherit'] });
    return (async () => {
      const [line] = (await once(shell.stdout, 'data')) as [Buffer];
      const identity = JSON.parse(line.toString()) as RunProcess;
      const stateOf = () => /\) (\w)/.exec(readFileSync(`/proc/${identity.pid}/stat`, 'latin1'))?.[1];
      while (stateOf() !== 'Z') await new Promise((resolve) => setTimeout(resolve, 20));
      expect(isProcessAlive(identity)).to.equal(false);
      shell.kill();
    })();
  });

  it('is undefined for another host, another boot or another container', () => {
    const here = currentProcess();
    expect(isProcessAlive({ ...here, host: 'elsewhere.example' })).to.equal(undefined);
    if (here.birth === undefined) return;
    const [namespace, boot, tick] = here.birth.split('/');
    expect(isProcessAlive({ ...here, birth: `${namespace}/other/${tick}` })).to.equal(undefined);
    expect(isProcessAlive({ ...here, birth: `pid:[1]/${boot}/${tick}` })).to.equal(undefined);
  });
});
