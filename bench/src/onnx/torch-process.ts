import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../torch/torch_side.py', import.meta.url));

export type Answer = Readonly<Record<string, unknown>>;

/** Finds a Python with PyTorch: FORGE_TORCH_PYTHON, else `python3`. */
export function findTorch(): { readonly python: string } | { readonly missing: string } {
  const python = process.env.FORGE_TORCH_PYTHON ?? 'python3';
  const { error, status, stderr } = spawnSync(python, ['-c', 'import torch, safetensors.torch'], { encoding: 'utf8' });
  if (status === 0) return { python };
  const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? `it exited with status ${status}`;
  return { missing: `${python}: ${reason}. Set FORGE_TORCH_PYTHON to a Python with torch and safetensors.` };
}

/** PyTorch in another process, with one thread. Handles one request at a time. */
export class TorchProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly version: string;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, version: string) {
    this.#child = child;
    this.#lines = lines;
    this.version = version;
  }

  static async start(python: string): Promise<TorchProcess> {
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const reader: Interface = createInterface(child.stdout!);
    const lines = reader[Symbol.asyncIterator]();
    const { torch } = await nextAnswer(lines);
    return new TorchProcess(child, lines, String(torch));
  }

  async ask(request: Answer): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    return nextAnswer(this.#lines);
  }

  end(): void {
    this.#child.stdin!.end();
  }
}

async function nextAnswer(lines: AsyncIterator<string>): Promise<Answer> {
  const { value, done } = await lines.next();
  if (done) throw new Error('PyTorch exited before it answered.');
  const answer = JSON.parse(value) as Answer;
  if (answer.error !== undefined) throw new Error(`PyTorch: ${answer.error}`);
  return answer;
}
