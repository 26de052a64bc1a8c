import type { Answer, PythonProcess } from '../python-process.js';
import { findJax, findTorch, startJax, startTorch } from './python-libraries.js';

/** A way in which another library trains a model. */
export interface Rival {
  readonly name: string;
  readonly mode: RivalMode;
  readonly process: PythonProcess;
}

/** PyTorch's eager mode with Adam as a loop, with `fused=True`, and compiled; JAX with each step jitted. */
export type RivalMode = 'eager' | 'fused' | 'compile' | 'jit';

export interface Rivals {
  readonly all: readonly Rival[];
  /** Why a library is not among them. */
  readonly missing: readonly string[];
  /** The versions of the libraries. */
  readonly versions: Answer;
  end(): void;
}

/** Starts the libraries that are installed, each in another process with a number of threads. */
export async function startRivals(threads: number, modes: readonly RivalMode[]): Promise<Rivals> {
  const all: Rival[] = [];
  const missing: string[] = [];
  const processes: PythonProcess[] = [];
  const libraries = [
    { title: 'PyTorch', find: findTorch, start: startTorch, modes: ['eager', 'fused', 'compile'] },
    { title: 'JAX', find: findJax, start: startJax, modes: ['jit'] },
  ] as const;
  for (const library of libraries) {
    const wanted = library.modes.filter((mode) => modes.includes(mode));
    if (wanted.length === 0) continue;
    const found = library.find();
    if ('missing' in found) {
      missing.push(found.missing);
      continue;
    }
    const process = await library.start(found.python, threads);
    processes.push(process);
    for (const mode of wanted) all.push({ name: `${library.title} ${mode}`, mode, process });
  }
  return {
    all,
    missing,
    versions: Object.assign({}, ...processes.map((process) => process.versions)),
    end: () => {
      for (const process of processes) process.end();
    },
  };
}
