import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Measures the time of steps, ms, in another process, because two copies of an engine cannot share one.
 * @param threads that it may use. Default: those of the engine
 */
export function wasmContender(
  variant: string,
  model: string,
  steps: number,
  threads?: number,
): { sample(): Promise<number[]>; end(): void } {
  const child = fork(fileURLToPath(new URL('./wasm-contender.js', import.meta.url)), [variant, model], {
    env: threads === undefined ? process.env : { ...process.env, FORGE_THREADS: String(threads) },
  });
  return {
    sample: () =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`${variant} ${model} ended with ${code}`));
        child.once('exit', ended);
        child.once('message', (intervals) => {
          child.off('exit', ended);
          resolve(intervals as number[]);
        });
        child.send(steps);
      }),
    end: () => void child.kill(),
  };
}
