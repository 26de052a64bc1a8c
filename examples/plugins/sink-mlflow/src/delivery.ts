import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What MLflow has acknowledged. */
export interface DeliveryState {
  readonly formatVersion: 1;
  /** The tracking server, without credentials. */
  readonly server: string;
  /** The id of the MLflow run; null until it is created. */
  readonly runId: string | null;
  /** The number of acknowledged bytes of the spool. */
  readonly offset: number;
  /** Whether a request was in flight: if the process died then, its outcome is unknown. */
  readonly inFlight: boolean;
}

/** The state as a small file next to the spool, replaced atomically at each change. */
export class Delivery {
  /** Whether the outcome of the last request is unknown. */
  uncertain: boolean;

  private constructor(
    private readonly path: string,
    private current: DeliveryState,
  ) {
    this.uncertain = current.inFlight;
  }

  /** @param server the new tracking server. Default: the recorded one */
  static open(path: string, server?: string): Delivery {
    const before = readState(path);
    const address = server ?? before?.server;
    if (address === undefined) throw new Error(`${path} names no tracking server`);
    const initial: DeliveryState = { formatVersion: 1, server: address, runId: null, offset: 0, inFlight: false };
    return new Delivery(path, { ...initial, ...before, server: address });
  }

  get state(): DeliveryState {
    return this.current;
  }

  update(change: Partial<DeliveryState>): void {
    this.current = { ...this.current, ...change };
    const temporary = `${this.path}.writing-${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(this.current)}\n`);
    renameSync(temporary, this.path);
  }
}

export function readState(path: string): DeliveryState | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const state = JSON.parse(text) as DeliveryState;
  if (state.formatVersion !== 1)
    throw new Error(`${path} has format version ${state.formatVersion}; this plugin reads 1`);
  return state;
}
