import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How far MLflow has been told. */
export interface DeliveryState {
  readonly formatVersion: 1;
  /** The tracking server, without credentials. */
  readonly server: string;
  /** MLflow's name for the run; null until it has been created there. */
  readonly runId: string | null;
  /** The bytes of the spool that have been acknowledged. */
  readonly offset: number;
  /** Whether a request was under way when this was written: if the process died then, its fate is not known. */
  readonly inFlight: boolean;
}

/** The state as a small file beside the spool, replaced whole at each change. */
export class Delivery {
  /** Whether it is not known what became of the last request. */
  uncertain: boolean;

  private constructor(
    private readonly path: string,
    private current: DeliveryState,
  ) {
    this.uncertain = current.inFlight;
  }

  /** @param server where it goes from now on; left out, where it went before */
  static open(path: string, server?: string): Delivery {
    const before = readState(path);
    const address = server ?? before?.server;
    if (address === undefined) throw new Error(`${path} names no tracking server`);
    const begun: DeliveryState = { formatVersion: 1, server: address, runId: null, offset: 0, inFlight: false };
    return new Delivery(path, { ...begun, ...before, server: address });
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
