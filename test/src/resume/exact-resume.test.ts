import { execFile } from 'node:child_process';
import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { writeProject } from './project.js';

const forge = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const optimizers = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamw', 'adamax', 'lion'];
const batchSize = 8;
const killedAt = 87;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

function runForge(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8' as const };
    const child = execFile(process.execPath, [forge, ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr });
    });
  });
}

async function result(run: string): Promise<{ parameters: Buffer; state: Buffer; metrics: unknown[] }> {
  const checkpoint = join(run, 'checkpoints', '200');
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return {
    parameters: await readFile(join(checkpoint, 'parameters.safetensors')),
    state: await readFile(join(checkpoint, 'state.safetensors')),
    // Everything but the time.
    metrics: lines.map((line) => ({ ...JSON.parse(line), time: 0 })),
  };
}

function itResumesExactly(engine: string, optimizer: string, backend: 'tfjs' | 'onnx' = 'tfjs'): void {
  it(`${backend} on ${engine}: ${optimizer}, killed at about step ${killedAt} of 200`, async () => {
    const folder = await writeProject();
    try {
      if (engine === 'node') await symlink(join(nativeProject!, 'node_modules'), join(folder, 'node_modules'));
      const train = ['train', '--backend', backend, '--engine', engine, '--optimizer', optimizer, '--steps', '200'];
      const configs = [
        '--data-config',
        'data.ts',
        '--model-config',
        backend === 'onnx' ? 'model.onnx.ts' : 'model.ts',
        '--save-every',
        '20',
        '--report-every',
        '3',
      ];
      const straight = await runForge(folder, [...train, ...configs, '--run-name', 'straight', '--json']);
      expect(straight.code, straight.output).to.equal(0);

      // One batch is read for its shapes before the first step, and at least one ahead of each step.
      const env = { FORGE_TEST_KILL_AT: String((killedAt + 2) * batchSize - 1) };
      const killed = await runForge(folder, [...train, ...configs, '--run-name', 'killed', '--json'], env);
      expect(killed.signal, killed.output).to.equal('SIGKILL');
      const resumed = await runForge(folder, ['train', '--resume', 'killed', '--json']);
      expect(resumed.code, resumed.output).to.equal(0);

      const expected = await result(join(folder, 'results', 'straight', '1'));
      const actual = await result(join(folder, 'results', 'killed', '1'));
      expect(actual.parameters.equals(expected.parameters), 'parameters').to.equal(true);
      expect(actual.state.equals(expected.state), 'optimizer slots').to.equal(true);
      expect(actual.metrics).to.deep.equal(expected.metrics);
    } finally {
      await rm(folder, { recursive: true });
    }
  }).timeout(120_000);
}

/** A folder whose node_modules has a built @tensorflow/tfjs-node, since its native code is not always available. */
const nativeProject = process.env.FORGE_TFJS_NODE_PROJECT;

/**
 * Each takes three processes. A slice has every form of state: none, one slot, two, a sum of gradients, TensorFlow's own;
 * FORGE_EVERY_OPTIMIZER=1 has all. The packages test each optimizer within a process.
 */
const every = process.env.FORGE_EVERY_OPTIMIZER === '1';
const slice = ['sgd', 'nesterov', 'adam', 'accumulating', 'tf-adam'];

describe('a killed and resumed run ends with the same bits', () => {
  const chosen = (all: readonly string[]) => all.filter((optimizer) => every || slice.includes(optimizer));
  for (const optimizer of chosen([...optimizers, 'accumulating', 'tf-adam', 'tf-momentum'])) {
    itResumesExactly('wasm', optimizer);
  }
  for (const optimizer of every ? optimizers : ['adam']) itResumesExactly('cpu', optimizer);
  for (const optimizer of chosen(['sgd', 'nesterov', 'adam', 'lion', 'accumulating']))
    itResumesExactly('cpu', optimizer, 'onnx');
  if (nativeProject === undefined) it.skip('node (FORGE_TFJS_NODE_PROJECT names no folder with @tensorflow/tfjs-node)');
  else for (const optimizer of [...optimizers, 'accumulating']) itResumesExactly('node', optimizer);
});
