import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const forge = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
/** Clock ticks a second of Linux. */
const ticks = 100;

/** A running `forge ui`. */
export class ServerProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Starts it, until it has printed its URL. */
  static start(results: string, cache: string): Promise<ServerProcess> {
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const child = spawn(process.execPath, [forge, 'ui', results, '--port', '0'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Promise((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (text) => (said += text));
      child.stdout.once('data', (text) => resolve(new ServerProcess(String(text).trim(), child)));
      child.once('exit', () => reject(new Error(`forge ui ended: ${said}`)));
    });
  }

  /** Without a slash at its end. */
  get origin(): string {
    return new URL(this.url).origin;
  }

  /** CPU time so far, ms. */
  get cpu(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks;
  }

  /** The most memory that it has had, MB. */
  get peakMemory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1000;
  }

  /** The time of a request until its answer is read, ms. */
  async time(path: string, body?: object): Promise<number> {
    const start = performance.now();
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, init);
    const bytes = await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path}: ${Buffer.from(bytes)}`);
    return performance.now() - start;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.removeAllListeners('exit').once('exit', () => undefined);
    this.child.kill();
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  }
}
