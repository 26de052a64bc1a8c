import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sized, type TortureRequest, type TortureResult, type TortureScenario } from './scenario.js';

const module = fileURLToPath(new URL('./fuzz-process.js', import.meta.url));

/** Without a message for so long the process counts as hung, ms. */
const hangTimeout = 60_000;
/** Node itself needs about a hundred. */
const mostMegabytes = 500;
const targets = 13;

interface Message {
  readonly name: string;
  readonly tried?: number;
  readonly refused?: number;
  readonly fault?: string;
  readonly megabytes?: number;
}

/** Reads invalid and malicious files. Each must give data or a ForgeError, in limited time and memory. */
export const fuzz: TortureScenario = {
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
        faults.push(`hung after ${last}`);
        child.kill('SIGKILL');
      }, hangTimeout);
    };
    alive();
    child.on('message', ({ name, tried = 0, refused, fault, megabytes: used }: Message) => {
      alive();
      last = `${name}, input ${tried}`;
      if (fault !== undefined) faults.push(`${name}: ${fault}`);
      megabytes = used ?? megabytes;
      if (refused === undefined) return;
      total += tried;
      done.push(name);
      request.say(`${name}: ${tried} inputs, ${refused} rejected`);
    });
    const [status, signal] = await once(child, 'close');
    clearTimeout(silence);
    if (status !== 0) faults.push(`the process exited with ${status ?? signal} after ${last}`);
    if (done.length !== targets) faults.push(`only ${done.length} of ${targets} kinds of files were tested`);
    if (megabytes > mostMegabytes) faults.push(`used ${megabytes} MB of memory`);
    return { measured: `${total} inputs to ${done.length} readers, at most ${megabytes} MB of memory`, faults };
  },
};
