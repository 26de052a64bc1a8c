import type { ServerResponse } from 'node:http';
import type { TableEvent } from '../../protocol/live.js';
import type { RunId } from '../../protocol/overview.js';
import { reportInternal } from '../security/api-problem.js';
import type { Refresher } from '../table/refresher.js';
import type { ShownRun, ShownRuns } from '../table/shown-runs.js';
import type { EventCursor, FileCursor } from './event-cursor.js';
import { eventBytes } from './event-text.js';
import { FollowedRun } from './followed-run.js';
import { LiveClient } from './live-client.js';
import { shownState, statusEvent } from './status-event.js';

/** How often files are checked, ms: a line reaches a page in less than twice this time. */
const interval = 150;
/** How often runs and their other files are checked, ms. */
const statusInterval = 1_000;
/** A client that reads nothing for so long is disconnected, ms. */
const mostStalled = 30_000;
const few = 20;

export interface FollowRequest {
  readonly runs: readonly RunId[];
  /** In the order of the runs. */
  readonly cursors: readonly number[];
  readonly table: boolean;
  readonly log: RunId | null;
  /** Null for the end of the log. */
  readonly logFrom: number | null;
  /** What an earlier connection received. */
  readonly received: EventCursor;
  /** Whether the page was connected before, or read its data long ago: runs may have ended since. */
  readonly isLate: boolean;
}

/** Sends what changes to all connected pages. Each followed file is read once. Does nothing while no page is connected. */
export class LiveHub {
  private readonly clients = new Map<LiveClient, { stalled: number }>();
  private readonly followed = new Map<RunId, FollowedRun>();
  private readonly states = new Map<RunId, string>();
  private timer: NodeJS.Timeout | undefined;
  private nextStatus = 0;
  private isClosed = false;

  constructor(
    private readonly shown: ShownRuns,
    private readonly refresher: Refresher,
  ) {
    refresher.onChange((changed) => this.sendStatuses(changed, true));
  }

  /** Connects a page, until its response is closed. Runs that are not known are not followed. */
  connect(request: FollowRequest, response: ServerResponse): void {
    const { runs, cursors, table, log, received } = request;
    const client = new LiveClient(
      response,
      runs,
      runs.map((_, place): FileCursor => ({ offset: cursors[place] ?? 0, inode: undefined })),
      table,
    );
    for (const [place, cursor] of received.runs) client.resume(place, cursor);
    for (const [place, id] of runs.entries()) this.follow(id)?.clients.set(client, place);
    const logged = log === null ? undefined : this.follow(log);
    if (logged !== undefined) {
      const offset = received.log?.offset ?? request.logFrom ?? logged.logSize;
      client.log = { run: log!, cursor: { offset, inode: received.log?.inode } };
      logged.logClients.add(client);
    }
    this.clients.set(client, { stalled: performance.now() });
    // Not of the response: one that waits for its turn has no socket, and is never closed.
    response.req.socket.once('close', () => this.disconnect(client));
    for (const id of new Set(runs)) if (this.mayHaveChanged(id, request)) this.sendStatus(id, [client], false);
    this.sendTable(client);
    client.flush();
    this.start();
  }

  /** Since the page read it. Of many runs that it has just read, those that train: the others ended long ago. */
  private mayHaveChanged(id: RunId, { runs, isLate }: FollowRequest): boolean {
    return isLate || runs.length <= few || this.find(id)?.values.get('status') === 'running';
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const client of this.clients.keys()) client.end();
  }

  private follow(id: RunId): FollowedRun | undefined {
    const known = this.followed.get(id);
    if (known !== undefined) return known;
    const run = this.find(id);
    if (run === undefined) return undefined;
    const followed = new FollowedRun(id, run.folder.path, () => this.find(id) !== undefined);
    this.followed.set(id, followed);
    this.states.set(id, shownState(run.values, followed.stamp));
    return followed;
  }

  private find(id: RunId): ShownRun | undefined {
    try {
      return this.shown.find(id);
    } catch {
      return undefined;
    }
  }

  private disconnect(client: LiveClient): void {
    this.clients.delete(client);
    for (const id of [...client.runs, ...(client.log === undefined ? [] : [client.log.run])]) {
      const followed = this.followed.get(id);
      followed?.clients.delete(client);
      followed?.logClients.delete(client);
      if (followed?.isFollowed !== false) continue;
      this.followed.delete(id);
      this.states.delete(id);
    }
  }

  private start(): void {
    if (this.timer === undefined && !this.isClosed) this.timer = setTimeout(() => void this.tick(), interval);
  }

  /** What fails now is tried again at the next one: one file that cannot be read must not end the dashboard. */
  private async tick(): Promise<void> {
    try {
      await this.sendNew();
    } catch (error) {
      reportInternal(error);
    } finally {
      this.timer = undefined;
      if (this.clients.size > 0) this.start();
    }
  }

  private async sendNew(): Promise<void> {
    const now = performance.now();
    for (const [client, state] of this.clients) {
      if (client.isReady) state.stalled = now;
      else if (now - state.stalled > mostStalled) client.drop();
    }
    for (const followed of [...this.followed.values()]) {
      const isRunning = this.shown.values(followed.id)?.get('status') === 'running';
      // A file that cannot be read now has nothing new.
      await followed.poll(isRunning, now).catch(() => undefined);
    }
    if (now >= this.nextStatus) {
      this.nextStatus = now + statusInterval;
      await this.refresher.refresh();
      this.sendStatuses(this.followed.keys(), false);
      for (const client of this.clients.keys()) this.sendTable(client);
    }
    for (const client of this.clients.keys()) client.flush();
  }

  /** Tells the followers of runs what has changed. @param always also if only a run's progress has */
  private sendStatuses(ids: Iterable<RunId>, always: boolean): void {
    for (const id of ids) {
      const followed = this.followed.get(id);
      const run = followed === undefined ? undefined : this.find(id);
      if (followed === undefined || run === undefined) continue;
      const state = shownState(run.values, followed.stamp);
      const isChanged = this.states.get(id) !== state;
      this.states.set(id, state);
      if (isChanged || always) this.sendStatus(id, [...followed.clients.keys(), ...followed.logClients], isChanged);
    }
  }

  private sendStatus(id: RunId, clients: readonly LiveClient[], changed: boolean): void {
    const run = this.find(id);
    if (run === undefined) return;
    const event = eventBytes('status', statusEvent(id, run.values, changed));
    for (const client of new Set(clients)) client.send(event);
  }

  private sendTable(client: LiveClient): void {
    const version = this.shown.currentVersion;
    if (!client.table || client.tableVersion === version) return;
    client.tableVersion = version;
    const { runs } = this.shown;
    const running = runs.reduce((sum, run) => sum + Number(run.get('status') === 'running'), 0);
    client.send(eventBytes('table', { version, total: runs.length, running } satisfies TableEvent));
  }
}
