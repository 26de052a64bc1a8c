import { spawnSync } from 'node:child_process';
import fs, { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { readMetrics } from '../log/read-metrics.js';
import type { MetricRecord } from '../metric-sink.js';
import { JsonLinesSink } from './json-lines-sink.js';

const at = (step: number, values: MetricRecord['values'] = { loss: 0.5 }): MetricRecord => ({
  step,
  epoch: 0,
  time: 1_700_000_000_000,
  split: 'train',
  values,
});

async function recordsIn(path: string): Promise<MetricRecord[]> {
  const records: MetricRecord[] = [];
  for await (const record of readMetrics(path)) records.push(record);
  return records;
}

describe('JsonLinesSink', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-metrics-'));
    path = join(folder, 'metrics.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps NaN, ±Infinity, the sign of zero and subnormal numbers', async () => {
    const values = { a: -0, b: 0, c: Number.NaN, d: -Infinity, e: 5e-324, f: Infinity };
    const sink = new JsonLinesSink(path);
    sink.write(at(1, values));
    await sink.close();
    // deep.equal distinguishes -0 from 0.
    expect((await recordsIn(path)).map((record) => record.values)).to.deep.equal([values]);
  });

  it('writes one JSON object per line', async () => {
    const sink = new JsonLinesSink(path);
    sink.write(at(1));
    await sink.close();
    expect(readFileSync(path, 'utf8')).to.equal(
      '{"step":1,"epoch":0,"time":1700000000000,"split":"train","values":{"loss":0.5}}\n',
    );
  });

  it('writes NaN and ±Infinity as strings, and reads every number back bit for bit', async () => {
    const values = {
      a: Number.NaN,
      b: Infinity,
      c: -Infinity,
      d: 0.1 + 0.2,
      e: 5e-324,
      f: 1e21,
      'a "b"\n': 3,
      __proto: 1,
    };
    const sink = new JsonLinesSink(path);
    sink.write({ ...at(7, values), split: 'va"lid' });
    await sink.close();
    expect(readFileSync(path, 'utf8')).to.include('"a":"NaN","b":"Infinity","c":"-Infinity","d":0.30000000000000004');
    expect(await recordsIn(path)).to.deep.equal([{ ...at(7, values), split: 'va"lid' }]);
  });

  it('writes the first record after a pause immediately, and buffers those that follow until a flush', async () => {
    const sink = new JsonLinesSink(path);
    for (const step of [1, 2, 3]) sink.write(at(step));
    expect(await recordsIn(path)).to.have.length(1);
    await sink.flush();
    expect(await recordsIn(path)).to.have.length(3);
    await sink.close();
  });

  it('writes within a second without a flush, even if nothing more is logged', async () => {
    const sink = new JsonLinesSink(path);
    for (const step of [1, 2]) sink.write(at(step));
    await sleep(1000);
    expect(await recordsIn(path)).to.have.length(2);
    await sink.close();
  });

  it('writes within a second from a loop that never yields to timers, with short and long steps', async () => {
    const sink = new JsonLinesSink(path);
    const logged: number[] = [];
    for (const pause of [...Array<number>(300).fill(3), 10, 200, 200, 10, 500, 10, 500, 10, 500]) {
      logged.push(performance.now());
      sink.write(at(logged.length));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
      const written = readFileSync(path, 'utf8').split('\n').length - 1;
      if (written < logged.length) expect(performance.now() - logged[written]!).to.be.lessThan(1000);
    }
    await sink.close();
  });

  it('does not keep a process alive', () => {
    const module = new URL('./json-lines-sink.js', import.meta.url).href;
    const code = `import { JsonLinesSink } from ${JSON.stringify(module)};
      new JsonLinesSink(process.argv[1]).write(${JSON.stringify(at(1))}); console.log(process.uptime());
      process.on('exit', () => console.log(process.uptime()));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code, path], { encoding: 'utf8' });
    const [written, ended] = stdout.trim().split('\n').map(Number);
    expect(ended! - written!).to.be.lessThan(0.5);
  });

  it('removes a partial last line before appending', async () => {
    writeFileSync(path, `${JSON.stringify(at(1))}\n{"step":2,"ep`);
    const sink = new JsonLinesSink(path);
    sink.write(at(2));
    await sink.close();
    expect((await recordsIn(path)).map(({ step }) => step)).to.deep.equal([1, 2]);
  });

  it('removes a partial line that is longer than a block, or the whole file', async () => {
    const long = 'x'.repeat(200_000);
    for (const [before, whole] of [
      [`${JSON.stringify(at(1))}\n${long}`, 1],
      [long, 0],
    ] as const) {
      writeFileSync(path, before);
      await new JsonLinesSink(path).close();
      expect(await recordsIn(path)).to.have.length(whole);
    }
  });

  it('names the file when it cannot be opened', () => {
    expect(() => new JsonLinesSink(join(folder, 'none', 'metrics.jsonl'))).to.throw(/none\/metrics\.jsonl/);
  });

  it('refuses records after close, and can be closed twice', async () => {
    const sink = new JsonLinesSink(path);
    await Promise.all([sink.close(), sink.close()]);
    expect(() => sink.write(at(1))).to.throw(/closed/);
  });

  it('leaves no partial line after a failed write, and no gap once there is space again', async function () {
    if (process.platform !== 'linux') {
      console.log('      skipped: only Linux has prlimit, which lifts the file size limit');
      return this.skip();
    }
    // The file size limit makes the system refuse writes after 1.5 MB.
    const module = new URL('./json-lines-sink.js', import.meta.url).href;
    const code = `process.on('SIGXFSZ', () => {});
      const { execFileSync } = await import('node:child_process');
      const { readFileSync } = await import('node:fs');
      const { JsonLinesSink } = await import(${JSON.stringify(module)});
      const [path] = process.argv.slice(1);
      const sink = new JsonLinesSink(path);
      for (let step = 0; step < 40000; step++) {
        try { sink.write({ ...${JSON.stringify(at(1))}, step }); } catch (error) { console.log(error.message); }
      }
      await sink.flush().catch((error) => console.log(error.message));
      console.log(readFileSync(path, 'utf8').length, sink.retries);
      execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:']);
      await sink.close();`;
    const command = `ulimit -S -f 1500; exec "$0" --input-type=module -e "$1" "$2"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, code, path], { encoding: 'utf8' });
    expect(stderr).to.equal('');
    const printed = stdout.trim().split('\n');
    expect(printed.length).to.be.greaterThan(2);
    for (const message of printed.slice(0, -1)) expect(message).to.match(/^Cannot write .*metrics\.jsonl: .*$/);
    const [whole, retries] = printed.at(-1)!.split(' ');
    expect([Number(whole) > 1 << 20, retries]).to.deep.equal([true, 'true']);
    const text = readFileSync(path, 'utf8');
    expect(text.slice(0, Number(whole)).endsWith('}}\n')).to.equal(true);
    const steps = (await recordsIn(path)).map(({ step }) => step);
    expect(steps).to.deep.equal(Array.from({ length: 40_000 }, (_, step) => step));
  });

  it('fails for good after a failed sync: a later sync would not report what was lost', async () => {
    const sink = new JsonLinesSink(path);
    sink.write(at(1));
    const { fsync } = fs;
    const refuse = (_: number, done: (error: Error) => void) =>
      done(Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO', syscall: 'fsync' }));
    fs.fsync = refuse as typeof fsync;
    syncBuiltinESMExports();
    const failure = await sink.flush().catch((error: unknown) => error);
    fs.fsync = fsync;
    syncBuiltinESMExports();
    expect(failure).to.have.property('message').that.includes('hardware error');
    expect(sink.retries).to.equal(false);
    expect(() => sink.write(at(2))).to.throw('hardware error');
    await sink.close().catch(() => undefined);
  });

  it('appends to existing records', async () => {
    appendFileSync(path, `${JSON.stringify(at(1))}\n`);
    const sink = new JsonLinesSink(path);
    sink.write(at(2));
    await sink.close();
    expect(await recordsIn(path)).to.have.length(2);
  });
});
