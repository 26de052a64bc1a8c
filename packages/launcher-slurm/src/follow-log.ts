import { openRegularFile } from '@forge-ml/core/node';

/** Reads a file as it grows. */
export class FollowedLog {
  #position = 0;

  constructor(readonly path: string) {}

  /** Passes on what was written since the last call; nothing while there is no file. @returns how many bytes */
  async read(output: (bytes: Uint8Array) => void): Promise<number> {
    const handle = await openRegularFile(this.path, { link: 'refuse' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ESTALE') return null;
      throw error;
    });
    if (handle === null) return 0;
    try {
      const start = this.#position;
      const chunk = Buffer.allocUnsafe(65536);
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, this.#position);
        if (bytesRead === 0) return this.#position - start;
        output(Buffer.from(chunk.subarray(0, bytesRead)));
        this.#position += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }
}
