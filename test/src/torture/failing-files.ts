import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { devNull } from 'node:os';

type Call = (...parameters: unknown[]) => Promise<unknown>;

/** What an operation does instead: fails with a system's error code, or writes only a part of the bytes. */
export type Fault = 'EIO' | 'ENOSPC' | 'short' | 'lie';
export const faultKinds: readonly Fault[] = ['EIO', 'ENOSPC', 'short', 'lie'];

/**
 * Injects faults into the file operations of this process. A `short` write writes half and reports it, as a system may; a
 * `lie` writes half and reports all, as broken hardware does.
 */
export class FailingFiles {
  /** Whether the fault was injected. */
  injected = false;
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

  /** Injects a fault into the operation of that number, counted from 1 from now on. */
  injectAt(operation: number, fault: Fault): void {
    this.left = operation;
    this.fault = fault;
    this.injected = false;
  }

  stop(): void {
    this.left = Number.POSITIVE_INFINITY;
  }

  /** The fault for the next operation, if any. */
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
        files.injected = true;
        const error = Object.assign(new Error(`${fault}: injected, ${name}`), { code: fault, syscall: name });
        return Promise.reject(error);
      }
      if (name !== 'write') {
        // Only writes can be short: try the next operation.
        files.left = 1;
        return call();
      }
      files.injected = true;
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
