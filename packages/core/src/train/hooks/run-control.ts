import { ForgeError } from '../../errors/forge-error.js';

/** What a hook can do with the run. */
export interface RunControl {
  /**
   * Ends the run in order, as if its limit were the last finished step: that step is evaluated and saved, and the run is
   * `completed` with this reason. The first reason counts. Later steps may already be running.
   * @throws ForgeError USAGE for a reason that is not text
   */
  readonly stop: (reason: string) => void;
}

/** A request to end a run before its limits. */
export class EarlyEnd implements RunControl {
  #reason: string | undefined;

  get reason(): string | undefined {
    return this.#reason;
  }

  readonly stop = (reason: string): void => {
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new ForgeError('USAGE', 'stop(reason) was called without a reason.', {
        about: 'stop',
        hint: "Give the reason, which run.json stores: stop('the loss is below 0.1').",
      });
    }
    this.#reason ??= reason;
  };
}
