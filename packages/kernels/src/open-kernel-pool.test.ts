import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import type { UpdateCall } from './kernels.js';
import { type KernelPool, openKernelPool } from './open-kernel-pool.js';
import { openKernels } from './open-kernels.js';
import { sharedMemory } from './shared-memory.js';
import { Memory } from './web-assembly.js';

const count = 100_003;
const region = 4 * (count + 5);
const memory = sharedMemory(6 * region);
const adam: UpdateCall = {
  formula: 'adam',
  count,
  parameter: 0,
  gradient: region,
  slots: [2 * region, 3 * region],
  constants: [0.9, 0.1, 0.999, 0.001, 0.001, 1e-8],
  clipValue: 0.5,
  average: { place: 4 * region, share: 0.001 },
};

/** The bytes of the memory after a call on the same content. */
function bytesAfter(call: () => void): Buffer {
  const view = new Float32Array(memory.buffer, 0, (6 * region) / 4);
  for (let at = 0; at < view.length; at++) view[at] = Math.fround(Math.sin(at * at));
  call();
  return Buffer.from(new Uint8Array(memory.buffer).slice());
}

const index = new URL('index.js', import.meta.url).href;

/** Opens a pool, and sums squares of ones with it. */
const script = `
  const { openKernelPool, sharedMemory } = await import(${JSON.stringify(index)});
  const memory = sharedMemory(800_000);
  new Float32Array(memory.buffer).fill(1);
  const pool = await openKernelPool(memory, 3, { minimum: 1 });
  const sum = pool.sumOfSquares(0, 200_000);
`;

describe('a pool of kernels', () => {
  const pools: KernelPool[] = [];
  before(async () => {
    for (const threads of [1, 2, 3]) pools.push(await openKernelPool(memory, threads, { minimum: 1 }));
  });
  after(async () => {
    for (const pool of pools) await pool.end();
  });

  it('gives the same bits for any number of threads', () => {
    const kernels = openKernels(memory);
    const expected = bytesAfter(() => kernels.update(adam));
    for (const pool of pools) expect(bytesAfter(() => pool.update(adam)).equals(expected)).to.equal(true);
    const sums = bytesAfter(() => kernels.accumulate(0, region, count));
    for (const pool of pools) expect(bytesAfter(() => pool.accumulate(0, region, count)).equals(sums)).to.equal(true);
    const squares = kernels.sumOfSquares(4, 6 * count, { clipValue: 0.3 });
    for (const pool of pools) expect(pool.sumOfSquares(4, 6 * count, { clipValue: 0.3 })).to.equal(squares);
  });

  it('gives them for thousands of calls, one after the other', () => {
    const kernels = openKernels(memory);
    const repeat = (to: { update(call: UpdateCall): void }) => () => {
      for (let at = 0; at < 2000; at++) to.update({ ...adam, count: 90_001 + at });
    };
    expect(bytesAfter(repeat(pools[2]!)).equals(bytesAfter(repeat(kernels)))).to.equal(true);
  }).timeout(20_000);

  it('checks places as kernels do', () => {
    for (const pool of pools) {
      expect(() => pool.update({ ...adam, parameter: memory.buffer.byteLength })).to.throw(RangeError, 'parameter');
      expect(() => pool.accumulate(0, memory.buffer.byteLength, 10)).to.throw(RangeError, 'gradient');
      expect(() => pool.sumOfSquares(memory.buffer.byteLength, 10)).to.throw(RangeError, 'gradient');
    }
  });

  it('needs a shared memory and a number of threads', async () => {
    const unshared = new Memory({ initial: 1, maximum: 1, shared: false });
    expect(await openKernelPool(unshared, 2).catch(String)).to.match(/TypeError: Threads need a shared memory/);
    expect(await openKernelPool(memory, 0).catch(String)).to.match(/RangeError: 0 is not a number of threads/);
  });

  it('says when it has ended', async () => {
    const pool = await openKernelPool(memory, 2);
    await pool.end();
    await pool.end();
    expect(() => pool.update(adam)).to.throw('The kernel pool has ended.');
  });

  it('does not keep the process alive', () => {
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', `${script} console.log(sum);`], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(output).to.equal('200000\n');
  });

  it('ends in a process that has nothing else to do', () => {
    const ended = `${script} await pool.end(); console.log('ended');`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', ended], { encoding: 'utf8' })).to.equal(
      'ended\n',
    );
  });

  it('works for a caller in a worker thread', async () => {
    const code = `const { parentPort } = await import('node:worker_threads'); ${script} parentPort.postMessage(sum);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    expect(await once(worker, 'message')).to.deep.equal([200_000]);
    await once(worker, 'exit');
  });
});
