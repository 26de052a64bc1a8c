import { readdirSync } from 'node:fs';
import { modelBytes } from '@forge-ml/onnx';
import { input } from '@forge-ml/onnx/graph';
import { identity } from '@forge-ml/onnx/ops';
import { liveHandles, openOrt } from '@forge-ml/ort';

export interface OrtRuns {
  /** Bytes more in use after the second half of the runs than before it; open files likewise. */
  readonly runsMemory: number;
  readonly runsFiles: number;
  readonly made: number;
  readonly madeMemory: number;
  readonly madeFiles: number;
  /** Native objects at the end. */
  readonly live: number;
}

const runs = Number(process.argv[2]);
const x = input('x', 'float32', [1]);
const model = modelBytes({ inputs: [x], outputs: new Map([['y', identity(x)]]) });
const tensor = () => ({ dtype: 'float32', shape: [1], bytes: new Uint8Array(new SharedArrayBuffer(4)) }) as const;

const files = () => readdirSync('/proc/self/fd').length;
const memory = () => {
  (globalThis as unknown as { gc(): void }).gc();
  return process.memoryUsage().rss;
};

/** How memory and files differ after the second half of `many` calls: the first half fills caches. */
function growth(many: number, call: () => void) {
  for (let i = 0; i < many / 2; i++) call();
  const before = { memory: memory(), files: files() };
  for (let i = 0; i < many / 2; i++) call();
  return { memory: memory() - before.memory, files: files() - before.files };
}

const ort = openOrt();
const binding = ort.createSession(model).bind();
binding.bindInput('x', tensor());
binding.bindOutput('y', tensor());
const bound = growth(runs, () => binding.run());

// V8 compiles and its heap grows for the first thousands of sessions; with 2,000 the second half still grew.
const made = Math.max(8000, runs / 100);
const lives = growth(made, () => {
  const session = ort.createSession(model);
  const each = session.bind();
  const options = ort.createRunOptions();
  each.bindInput('x', tensor());
  each.bindOutputToDevice('y');
  each.run(options);
  const y = each.outputs().get('y')!;
  each.bindInput('x', y);
  y.read();
  options.terminate();
  try {
    each.run(options);
  } catch {}
  options.release();
  session.release();
});
ort.release();
const result: OrtRuns = {
  runsMemory: bound.memory,
  runsFiles: bound.files,
  made,
  madeMemory: lives.memory,
  madeFiles: lives.files,
  live: Object.keys(liveHandles().live).length,
};
process.stdout.write(JSON.stringify(result));
