import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** ms of each of some steps, in a process of its own: two copies of one engine do not share one. */
export function wasmContender(
  variant: string,
  model: string,
  steps: number,
): { sample(): Promise<number[]>; end(): void } {
  const child = fork(fileURLToPath(new URL('./wasm-contender.js', import.meta.url)), [variant, model]);
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
