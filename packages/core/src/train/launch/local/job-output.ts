type Stream = 'stdout' | 'stderr';
type Follower = (bytes: Uint8Array, stream: Stream) => void;

/** The newest part of a job's output, which is all of it below this size, bytes. */
const most = 1024 * 1024;

/** What a job has written, for those who follow it: from its start. */
export class JobOutput {
  readonly #followers = new Set<Follower>();
  #parts: { readonly bytes: Uint8Array; readonly stream: Stream }[] = [];
  #size = 0;

  write(bytes: Uint8Array, stream: Stream): void {
    this.#parts.push({ bytes, stream });
    this.#size += bytes.length;
    while (this.#size > most && this.#parts.length > 1) this.#size -= this.#parts.shift()!.bytes.length;
    for (const follower of this.#followers) follower(bytes, stream);
  }

  follow(follower: Follower): void {
    for (const { bytes, stream } of this.#parts) follower(bytes, stream);
    this.#followers.add(follower);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#parts = [];
    this.#size = 0;
    this.#followers.clear();
  }
}
