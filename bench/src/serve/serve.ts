import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary } from '@forge-ml/core';
import { inBenchFolder } from '../bench-folder.js';
import { type Benchmark, interleave, type Row } from '../benchmark.js';
import { latencies, quantile } from './latencies.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const plainServer = fileURLToPath(new URL('./plain-server.js', import.meta.url));
const rounds = 7;
const models = { 'MLP 784-256-128-10': 'mlp', 'LeNet CNN': 'cnn' } as const;
/** Connections, and requests of each in a round. */
const loads = [
  { connections: 1, each: 300 },
  { connections: 8, each: 80 },
  { connections: 32, each: 30 },
] as const;

/**
 * `forge serve` against a server of ten lines on `onnxruntime-node`: the same model, one digit a request, the same JSON in
 * and out. The server is the faster one, by the median, of ONNX Runtime's own choice of threads and of one thread.
 */
export const serve: Benchmark = {
  name: 'serve',
  run: () =>
    inBenchFolder(async (folder) => {
      const rows: Row[] = [];
      for (const [title, config] of Object.entries(models)) rows.push(...(await rowsOf(title, config, folder)));
      return rows;
    }),
};

async function rowsOf(title: string, config: string, folder: string): Promise<Row[]> {
  const files = ['--data-config', 'examples/digits/data.ts', '--model-config', `examples/digits/${config}.onnx.ts`];
  const size = ['--train-size', '256', '--valid-size', '64', '--epochs', '1', '--run-name', config];
  const argv = ['--backend', 'onnx', '--engine', 'cpu', '--results-dir', folder, ...files, ...size];
  const forge = new ForgeLibrary({ directory: root, argv });
  await forge.train(await forge.config());
  const run = join(folder, config, '1');
  const model = join(folder, `${config}.onnx`);
  await forge.exportCheckpoint(run, { out: model });
  const bin = join(root, 'packages/cli/bin/forge.js');
  const servers = [
    await startServer([bin, 'serve', run, '--port', '0']),
    await startServer([plainServer, model]),
    await startServer([plainServer, model, '1']),
  ] as const;
  try {
    const image = Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => [((x * y) % 17) / 16]));
    const body = JSON.stringify({ images: image });
    const [ours, plain, single] = [`${servers[0].url}predict`, servers[1].url, servers[2].url];
    await sameAnswer(ours, plain, body);
    const rows: Row[] = [];
    for (const { connections, each } of loads) {
      const samples = await interleave(rounds, {
        forge: () => latencies(ours, body, connections, each),
        plain: () => latencies(plain, body, connections, each),
        single: () => latencies(single, body, connections, each),
      });
      const isSingle = quantile(samples.single, 0.5) < quantile(samples.plain, 0.5);
      const others = isSingle ? samples.single : samples.plain;
      for (const share of [0.5, 0.99]) {
        const [a, b] = [quantile(samples.forge, share), quantile(others, share)];
        rows.push({
          what: `${title}, p${share * 100} of a request over ${connections} connection${connections === 1 ? '' : 's'}, relative to onnxruntime-node on node:http`,
          value: a / b,
          unit: '×',
          bar: { relation: '<=', value: 1.15 },
          detail: `forge serve ${a.toFixed(2)} ms, plain ${b.toFixed(2)} ms${isSingle ? ', on one thread' : ''}`,
        });
      }
    }
    return rows;
  } finally {
    for (const { child } of servers) child.kill('SIGKILL');
  }
}

/** Both servers compute the same, or their times say nothing. */
async function sameAnswer(ours: string, plain: string, body: string): Promise<void> {
  const [first, second] = await Promise.all(
    [ours, plain].map(async (url) => {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      return (await answer.json()) as Record<string, readonly number[]>;
    }),
  );
  const [a, b] = [first!, second!].map((outputs) => Object.values(outputs)[0]!) as [
    readonly number[],
    readonly number[],
  ];
  const isSame = a.length === b.length && a.every((value, at) => Math.abs(value - b[at]!) < 1e-4);
  if (!isSame) throw new Error(`The servers differ: ${a.join(', ')} and ${b.join(', ')}.`);
}

/** Starts a server that prints its URL. */
function startServer(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (text.includes('\n')) return;
      text += chunk;
      const url = /^http:\S+/m.exec(text)?.[0];
      if (url !== undefined && text.includes('\n')) resolve({ child, url });
    });
    child.once('exit', (status) => reject(new Error(`The server ended with status ${status} before it listened.`)));
  });
}
