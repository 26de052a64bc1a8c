import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a program, whose last line is JSON. */
export async function answerOf<T>(command: string, words: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(command, words, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T;
}

/** Runs a script of this folder in a new process, whose peak memory is its own. */
export function inProcess<T>(script: string, request: object): Promise<T> {
  return answerOf(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(request)]);
}

export const mebibyte = 2 ** 20;

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / mebibyte)} MiB`;
}
