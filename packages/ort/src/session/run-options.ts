import { Resource } from '../handles/resource.js';
import type { Api } from '../native/api.js';
import { lock, type TerminateHandle, unlock } from './terminate-handle.js';

/** Options of a run. Other threads can end the run through `handle`. */
export class RunOptions {
  /** For `terminateRun` in another thread: a plain object that `postMessage` copies. */
  readonly handle: TerminateHandle;
  readonly #api: Api;
  readonly #resource: Resource;

  /** @internal */
  constructor(api: Api, parent: Resource, config: Readonly<Record<string, string>> = {}) {
    this.#api = api;
    const pointer = api.out((out) => api.call.CreateRunOptions(out));
    const handle: TerminateHandle = { address: pointer, guard: new SharedArrayBuffer(8) };
    const free = () => {
      // Another thread may be setting the flag: only then is the memory freed that it writes to.
      if (lock(handle)) api.call.ReleaseRunOptions(pointer);
      unlock(handle, 'released');
    };
    this.handle = handle;
    this.#resource = new Resource('run options', pointer, free, this, parent);
    for (const [key, value] of Object.entries(config)) {
      api.check(api.call.AddRunConfigEntry(pointer, key, value));
    }
  }

  /** @internal */
  get pointer(): bigint {
    return this.#resource.pointer;
  }

  /** Ends the runs of these options, now and later, with ForgeError STOPPED. */
  terminate(): void {
    this.#api.check(this.#api.call.RunOptionsSetTerminate(this.pointer));
  }

  /** Allows runs again after `terminate`. */
  unset(): void {
    this.#api.check(this.#api.call.RunOptionsUnsetTerminate(this.pointer));
  }

  release(): void {
    this.#resource.release();
  }
}
