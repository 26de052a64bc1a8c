import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { devNull } from 'node:os';

type Call = (...parameters: unknown[]) => Promise<unknown>;

/** What an operation does instead: fails with a system's code, or takes only a part of what it is given to write. */
export type Fault = 'EIO' | 'ENOSPC' | 'short' | 'lie';
export const faultKinds: readonly Fault[] = ['EIO', 'ENOSPC', 'short', 'lie'];

/**
 * Puts itself between this process and its files. A `short` write takes half and says so, as a system may; one that is a
 * `lie` takes half and says that it took all, as broken hardware does.
 */
export class FailingFiles {
  /** Whether the fault has come to pass. */
  struck = false;
  private left = Number.POSITIVE_INFINITY;
  private fault: Fault = 'EIO';

  static async install(): Promise<FailingFiles> {
    const files = new FailingFiles();
    const handle = await promises.open(devNull, 'r');
    const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
    await handle.close();
    for (const name of ['datasync', 'sync', 'write']) files.wrap(prototype, name);
    for (const name of ['open', 'mkdir', 'rename']) files.wrap(promises as unknown as Record<string, Call>, name);
    syncBuiltinESMExports();
    return files;
  }

  /** Lets an operation have the fault: that of the number, counted from 1, from now on. */
  strikeAt(operation: number, fault: Fault): void {
    this.left = operation;
    this.fault = fault;
    this.struck = false;
  }

  rest(): void {
    this.left = Number.POSITIVE_INFINITY;
  }

  /** The fault that the operation now beginning is to have, if any. */
  private next(): Fault | undefined {
    return --this.left === 0 ? this.fault : undefined;
  }

  private wrap(owner: Record<string, Call>, name: string): void {
    const original = owner[name]!;
    const files = this;
    owner[name] = function (this: unknown, ...parameters: unknown[]) {
      const call = () => Reflect.apply(original, this, parameters) as Promise<unknown>;
      const fault = files.next();
      if (fault === undefined) return call();
      if (fault === 'EIO' || fault === 'ENOSPC') {
        files.struck = true;
        const error = Object.assign(new Error(`${fault}: injected, ${name}`), { code: fault, syscall: name });
        return Promise.reject(error);
      }
      if (name !== 'write') {
        // Only writes can be cut short: the next operation is tried.
        files.left = 1;
        return call();
      }
      files.struck = true;
      const [bytes, offset, length, position] = parameters as [Uint8Array, number, number, number];
      const half = Math.floor(length / 2);
      const written = Reflect.apply(original, this, [bytes, offset, half, position]) as Promise<{
        bytesWritten: number;
      }>;
      return written.then(({ bytesWritten }) => ({
        bytesWritten: fault === 'lie' ? length : bytesWritten,
        buffer: bytes,
      }));
    };
  }
}
