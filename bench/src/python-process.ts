import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Answer = Readonly<Record<string, unknown>>;

/**
 * Finds a Python with some packages.
 * @param variable the environment variable with its path. Default: `python3`.
 * @param imports the modules that it must have
 */
export function findPython(
  variable: string,
  imports: readonly string[],
): { readonly python: string } | { readonly missing: string } {
  const python = process.env[variable] ?? 'python3';
  const { error, status, stderr } = spawnSync(python, ['-c', `import ${imports.join(', ')}`], { encoding: 'utf8' });
  if (status === 0) return { python };
  const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? `it exited with status ${status}`;
  return { missing: `${python}: ${reason}. Set ${variable} to a Python with ${imports.join(' and ')}.` };
}

/** A Python script that answers each line of JSON with one. It first prints the versions of its packages. */
export class PythonProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly versions: Answer;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, versions: Answer) {
    this.#child = child;
    this.#lines = lines;
    this.versions = versions;
  }

  static async start(python: string, script: string, args: readonly string[] = []): Promise<PythonProcess> {
    const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
    return new PythonProcess(child, lines, await nextAnswer(lines));
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
  if (done) throw new Error('Python exited before it answered.');
  const answer = JSON.parse(value) as Answer;
  if (answer.error !== undefined) throw new Error(`Python: ${answer.error}`);
  return answer;
}
