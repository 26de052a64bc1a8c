import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { currentProcess, hostInfo, isProcessAlive } from './host-info.js';
import type { RunProcess } from './run-record.js';

describe('host info', () => {
  it('names the machine in plain numbers and strings', () => {
    const info = hostInfo();
    expect(info.cpus).to.be.greaterThan(0);
    expect(info.memoryBytes).to.be.greaterThan(1 << 20);
    expect(info).to.include({ platform: process.platform, arch: process.arch });
    expect(JSON.parse(JSON.stringify(info))).to.deep.equal(info);
  });

  /** Without `ps`, nothing but Linux's own record says when a process started. */
  const startIsKnown = spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)]).status === 0;

  /** Another process that says who it is and then waits. */
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

  it('tells a process that runs from one that was killed', async () => {
    const { child, identity } = await startOther();
    const { birth: _, ...byClock } = identity;
    expect(isProcessAlive(identity)).to.equal(true);
    expect(isProcessAlive(byClock)).to.equal(startIsKnown ? true : undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isProcessAlive(identity)).to.equal(false);
    expect(isProcessAlive(byClock)).to.equal(false);
  });

  it('knows itself, and does not take a reused pid for the same process', () => {
    const { birth, ...byClock } = currentProcess();
    expect(isProcessAlive(currentProcess())).to.equal(true);
    expect(isProcessAlive({ ...byClock, startTime: byClock.startTime - 60_000 })).to.equal(
      startIsKnown ? false : undefined,
    );
    if (birth !== undefined) {
      expect(isProcessAlive({ ...byClock, birth: birth.replace(/\d+$/, '1') })).to.equal(false);
    }
  });

  it('is not misled by a clock that was set', function () {
    const { birth, ...byClock } = currentProcess();
    if (birth === undefined) return this.skip();
    expect(isProcessAlive({ ...byClock, birth, startTime: byClock.startTime - 3_600_000 })).to.equal(true);
  });

  it('takes a zombie for dead', function () {
    if (process.platform !== 'linux') return this.skip();
    const module = new URL('./host-info.js', import.meta.url).href;
    // The shell execs into sleep and never waits for the child that ended.
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

  it('cannot tell about another host, another boot or another container', () => {
    const here = currentProcess();
    expect(isProcessAlive({ ...here, host: 'elsewhere.example' })).to.equal(undefined);
    if (here.birth === undefined) return;
    const [namespace, boot, tick] = here.birth.split('/');
    expect(isProcessAlive({ ...here, birth: `${namespace}/other/${tick}` })).to.equal(undefined);
    expect(isProcessAlive({ ...here, birth: `pid:[1]/${boot}/${tick}` })).to.equal(undefined);
  });
});
