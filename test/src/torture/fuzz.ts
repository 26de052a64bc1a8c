import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sized, type TortureIdea, type TortureRequest, type TortureResult } from './idea.js';

const module = fileURLToPath(new URL('./fuzz-process.js', import.meta.url));

/** No input takes a second; without a sign of life for so long the process hangs, ms. */
const longestSilence = 60_000;
/** Node itself takes about a hundred. */
const mostMegabytes = 500;
const targets = 9;

interface Said {
  readonly name: string;
  readonly tried?: number;
  readonly refused?: number;
  readonly fault?: string;
  readonly megabytes?: number;
}

/** Reads files that hold nonsense and lies: each ends in data or in a ForgeError, soon, and in little memory. */
export const fuzz: TortureIdea = {
  name: 'fuzz',
  bar: 'always data or a ForgeError: no crash, hang or memory blow-up',
  async run(request: TortureRequest): Promise<TortureResult> {
    const runs = sized(request, { slice: 200, whole: 17_000 });
    const child = fork(module, [String(request.seed), String(runs)], { execArgv: ['--max-old-space-size=256'] });
    const faults: string[] = [];
    const done: string[] = [];
    let total = 0;
    let megabytes = 0;
    let last = 'the start';
    let silence: NodeJS.Timeout | undefined;
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        faults.push(`it hangs after ${last}`);
        child.kill('SIGKILL');
      }, longestSilence);
    };
    alive();
    child.on('message', ({ name, tried = 0, refused, fault, megabytes: used }: Said) => {
      alive();
      last = `${name}, input ${tried}`;
      if (fault !== undefined) faults.push(`${name}: ${fault}`);
      megabytes = used ?? megabytes;
      if (refused === undefined) return;
      total += tried;
      done.push(name);
      request.say(`${name}: ${tried} inputs, ${refused} refused`);
    });
    const [status, signal] = await once(child, 'close');
    clearTimeout(silence);
    if (status !== 0) faults.push(`the process ended with ${status ?? signal} after ${last}`);
    if (done.length !== targets) faults.push(`only ${done.length} of ${targets} kinds of file were tried`);
    if (megabytes > mostMegabytes) faults.push(`it took ${megabytes} MB of memory`);
    return { measured: `${total} inputs to ${done.length} readers, at most ${megabytes} MB of memory`, faults };
  },
};
