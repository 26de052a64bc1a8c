import fs from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { devNull } from 'node:os';

type Call = (...parameters: unknown[]) => unknown;

/** The functions that change files, by the object that has them. */
const asynchronous = ['copyFile', 'mkdir', 'open', 'rename', 'rm', 'unlink', 'writeFile'] as const;
const synchronous = ['ftruncateSync', 'openSync', 'renameSync', 'rmSync', 'writeSync', 'mkdirSync'] as const;
const handleMethods = ['appendFile', 'close', 'sync', 'truncate', 'writeFile'] as const;

/**
 * Makes this process kill itself at a file operation, so that a crash can be placed exactly and repeated: just before the
 * operation, or in a write after half of its bytes.
 * @param before called just before it kills itself; it may not call the functions above
 * @returns starts to count; the process crashes at the operation of that number, counted from 1
 */
export async function prepareCrash(before: () => void = () => undefined): Promise<(operation: number) => void> {
  let left = Number.POSITIVE_INFINITY;
  const wrap = (
    owner: Record<string, Call>,
    name: string,
    half?: (self: unknown, parameters: unknown[]) => unknown,
  ) => {
    const original = owner[name]!;
    owner[name] = function (this: unknown, ...parameters: unknown[]) {
      if (--left > 0) return Reflect.apply(original, this, parameters);
      const die = () => {
        before();
        crash();
      };
      if (left < 0 || half === undefined) return die();
      return Promise.resolve(half(this, parameters)).then(die);
    };
  };
  for (const name of asynchronous) wrap(promises as unknown as Record<string, Call>, name);
  for (const name of synchronous) wrap(fs as unknown as Record<string, Call>, name);
  const handle = await promises.open(devNull, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
  await handle.close();
  for (const name of handleMethods) wrap(prototype, name);
  const write = prototype.write!;
  wrap(prototype, 'write', (self, [bytes, offset, length, position]) => {
    const half = Math.floor((length as number) / 2);
    return Reflect.apply(write, self as FileHandle, [bytes, offset, half, position]);
  });
  syncBuiltinESMExports();
  return (operation) => {
    left = operation;
  };
}

/** Kills this process. Never returns, so that nothing runs until the signal arrives. */
export function crash(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}
