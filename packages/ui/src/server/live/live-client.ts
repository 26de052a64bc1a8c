import type { ServerResponse } from 'node:http';
import type { RunId } from '../../protocol/overview.js';
import { encodeCursor, type FileCursor } from './event-cursor.js';

/** Most bytes that wait for a client. One that is slower is disconnected, and continues from its cursor. */
const mostWaiting = 1024 * 1024;

/** A page that is connected. */
export class LiveClient {
  /** What it has received of each run, in the order of `runs`. */
  readonly cursors: FileCursor[];
  log: { readonly run: RunId; readonly cursor: FileCursor } | undefined;
  /** The version of the table that it has. */
  tableVersion = 0;
  private readonly moved = new Set<number>();
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  constructor(
    private readonly response: ServerResponse,
    readonly runs: readonly RunId[],
    cursors: readonly FileCursor[],
    readonly table: boolean,
  ) {
    this.cursors = cursors.map((cursor) => ({ ...cursor }));
  }

  /** Restores what an earlier connection of the page had received. */
  resume(place: number, cursor: FileCursor): void {
    if (place < this.cursors.length) this.move(place, cursor);
  }

  move(place: number, cursor: FileCursor): void {
    this.cursors[place] = { ...cursor };
    this.moved.add(place);
  }

  /** @param event sent with the next `flush` */
  send(event: Buffer): void {
    this.waiting.push(event);
    this.waitingBytes += event.length;
  }

  /** Sends what waits in one piece. Its last event has the id: if the connection is lost before, all is sent again. */
  flush(): void {
    if (this.response.destroyed) this.empty();
    if (this.waiting.length === 0) return;
    const runs = new Map([...this.moved].map((place) => [place, this.cursors[place]!]));
    const id = Buffer.from(`id: ${encodeCursor({ runs, log: this.log?.cursor })}\n`);
    const last = this.waiting.pop()!;
    this.response.write(Buffer.concat([...this.waiting, id, last]));
    this.empty();
    if (this.response.writableLength > mostWaiting) this.drop();
  }

  private empty(): void {
    this.waiting = [];
    this.waitingBytes = 0;
  }

  /** Whether it reads as fast as it is sent to. */
  get isReady(): boolean {
    return this.response.writableLength + this.waitingBytes < mostWaiting / 4;
  }

  drop(): void {
    this.empty();
    this.response.destroy();
    // A response to a request that was sent while an earlier one is answered has no socket yet.
    this.response.req.socket.destroy();
  }

  end(): void {
    this.response.end();
  }
}
