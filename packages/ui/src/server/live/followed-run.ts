import type { Stats } from 'node:fs';
import { sep } from 'node:path';
import { isForgeError, openRegularFile, statusOf } from '@forge-ml/core/runs';
import type { RunId } from '../../protocol/overview.js';
import type { FileCursor } from './event-cursor.js';
import { eventBytes } from './event-text.js';
import type { LiveClient } from './live-client.js';
import { logChunk } from './log-chunk.js';
import { type Chunk, metricsChunk } from './metrics-chunk.js';

/** How often the files of a run that does not train are checked, ms. */
const idleInterval = 2_000;

type ReadChunk = (run: RunId, path: string, from: number) => Promise<Chunk | undefined>;

/** A cursor of a client in a file, and how to move it. */
interface Reader {
  readonly client: LiveClient;
  readonly cursor: FileCursor;
  move(cursor: FileCursor): void;
}

/** A growing file of a run, read once for all pages. */
class FollowedFile {
  private checked = Number.NEGATIVE_INFINITY;
  /** After the byte `from` there is nothing to send in the first `size` bytes. */
  private torn = { from: -1, size: -1 };

  constructor(
    private readonly run: RunId,
    private readonly path: string,
    private readonly read: ReadChunk,
    private readonly restarts: boolean,
    private readonly isShown: () => boolean,
  ) {}

  /** Sends what is new to each reader; those at the same place get the same bytes. */
  async poll(readers: readonly Reader[], isRunning: boolean, now: number): Promise<void> {
    if (!isRunning && now - this.checked < idleInterval) return;
    const status = statusOf(this.path, 'refuse');
    if (status?.isFile() !== true) return;
    const behind = readers.filter(({ cursor }) => !isAtEnd(cursor, status));
    // Of a file that has more, the next part is read at the next call.
    this.checked = behind.length === 0 ? now : Number.NEGATIVE_INFINITY;
    const ready = behind.filter(({ client }) => client.isReady);
    // The run may have become a link that leads elsewhere.
    if (ready.length === 0 || !this.isShown()) return;
    const places = new Map<number, Reader[]>();
    for (const reader of ready) {
      if (await this.isCut(reader.cursor, status)) this.restart(reader, status);
      else places.set(reader.cursor.offset, [...(places.get(reader.cursor.offset) ?? []), reader]);
    }
    for (const [from, together] of places) await this.send(from, together, status);
  }

  private async send(from: number, readers: readonly Reader[], { size, ino }: Stats): Promise<void> {
    if (this.torn.from === from && this.torn.size === size) return;
    const chunk = await this.read(this.run, this.path, from).catch((error: unknown) => {
      // A line without an end: it would be read again and again.
      if (isForgeError(error) && error.code === 'RUN_INVALID') return undefined;
      throw error;
    });
    if (chunk === undefined) {
      this.torn = { from, size };
      return;
    }
    for (const { client, move } of readers) {
      client.send(chunk.event);
      move({ offset: chunk.end, inode: ino });
    }
  }

  /** Whether a resume has cut the file since the cursor was made. */
  private async isCut(cursor: FileCursor, { size, ino }: Stats): Promise<boolean> {
    if (cursor.offset > size) return true;
    if (
      cursor.inode === undefined &&
      cursor.offset > 0 &&
      this.restarts &&
      !(await endsLine(this.path, cursor.offset))
    ) {
      return true;
    }
    const isOther = cursor.inode !== undefined && cursor.inode !== ino;
    cursor.inode ??= ino;
    return isOther;
  }

  /** The page reads the whole file again, and meanwhile gets what is new. */
  private restart({ client, move }: Reader, { size, ino }: Stats): void {
    if (this.restarts) client.send(eventBytes('restart', { run: this.run }));
    move({ offset: size, inode: ino });
  }
}

function isAtEnd({ offset, inode }: FileCursor, { size, ino }: Stats): boolean {
  return offset === size && inode === ino;
}

/** Whether the byte before a place is the end of a line. */
async function endsLine(path: string, offset: number): Promise<boolean> {
  const handle = await openRegularFile(path, { link: 'refuse' });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, offset - 1);
    return bytesRead === 1 && buffer[0] === 10;
  } finally {
    await handle.close();
  }
}

/** A run that pages follow. */
export class FollowedRun {
  /** The place of the run in what each client follows. */
  readonly clients = new Map<LiveClient, number>();
  readonly logClients = new Set<LiveClient>();
  private readonly metrics: FollowedFile;
  private readonly log: FollowedFile;

  constructor(
    readonly id: RunId,
    readonly path: string,
    isShown: () => boolean,
  ) {
    this.metrics = new FollowedFile(id, `${path}${sep}metrics.jsonl`, metricsChunk, true, isShown);
    this.log = new FollowedFile(id, `${path}${sep}console.log`, logChunk, false, isShown);
  }

  get isFollowed(): boolean {
    return this.clients.size > 0 || this.logClients.size > 0;
  }

  /** Sends what is new in its files. */
  async poll(isRunning: boolean, now: number): Promise<void> {
    const readers = [...this.clients].map(([client, place]): Reader => {
      return { client, cursor: client.cursors[place]!, move: (cursor) => client.move(place, cursor) };
    });
    await this.metrics.poll(readers, isRunning, now);
    if (this.logClients.size === 0) return;
    const logReaders = [...this.logClients].map((client): Reader => {
      const { cursor } = client.log!;
      return { client, cursor, move: (next) => Object.assign(cursor, next) };
    });
    await this.log.poll(logReaders, isRunning, now);
  }

  /** Bytes of its console log. */
  get logSize(): number {
    return statusOf(`${this.path}${sep}console.log`, 'refuse')?.size ?? 0;
  }

  /** What changes when a run has new checkpoints or media. */
  get stamp(): string {
    return ['checkpoints', 'media.jsonl']
      .map((name) => statusOf(`${this.path}${sep}${name}`, 'refuse')?.mtimeMs)
      .join();
  }
}
