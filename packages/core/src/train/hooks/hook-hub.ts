import { isPromiseLike } from '../../backend/border/party.js';
import { messageOf } from '../../errors/forge-error.js';
import type { RunHooks } from './run-hooks.js';

type HookName = keyof RunHooks;

/**
 * Calls the hooks of all plugins. A plugin whose hook fails is disabled after one warning: it must not end a training
 * run.
 */
export class HookHub implements RunHooks {
  private readonly hooks: Map<string, RunHooks>;
  /** Undefined if no plugin has one, so that a step costs nothing. */
  readonly step?: NonNullable<RunHooks['step']>;

  /** @param hooks by their name in warnings. */
  constructor(
    hooks: Readonly<Record<string, RunHooks>>,
    private readonly warn: (message: string) => void,
  ) {
    this.hooks = new Map(Object.entries(hooks));
    if (Object.values(hooks).some(({ step }) => step !== undefined)) {
      this.step = (...args) => this.call('step', (hook) => hook.step?.(...args));
    }
  }

  start(...args: Parameters<NonNullable<RunHooks['start']>>): Promise<void> {
    return this.wait('start', (hook) => hook.start?.(...args));
  }

  report(...args: Parameters<NonNullable<RunHooks['report']>>): void {
    this.call('report', (hook) => hook.report?.(...args));
  }

  checkpoint(...args: Parameters<NonNullable<RunHooks['checkpoint']>>): Promise<void> {
    return this.wait('checkpoint', (hook) => hook.checkpoint?.(...args));
  }

  end(...args: Parameters<NonNullable<RunHooks['end']>>): Promise<void> {
    return this.wait('end', (hook) => hook.end?.(...args));
  }

  /** Calls without waiting. If a hook returns a promise against its type, a rejection disables it too. */
  private call(at: HookName, run: (hook: RunHooks) => unknown): void {
    for (const [name, hook] of this.hooks) {
      try {
        const result = run(hook);
        if (isPromiseLike(result)) result.then(undefined, (error: unknown) => this.disable(name, at, error));
      } catch (error) {
        this.disable(name, at, error);
      }
    }
  }

  private async wait(at: HookName, run: (hook: RunHooks) => unknown): Promise<void> {
    for (const [name, hook] of this.hooks) {
      try {
        await run(hook);
      } catch (error) {
        this.disable(name, at, error);
      }
    }
  }

  private disable(name: string, at: HookName, error: unknown): void {
    if (this.hooks.delete(name)) this.warn(`Disabled the hook ${name}, which failed at ${at}: ${messageOf(error)}`);
  }
}

/** Hooks that call those of the first, then those of the second. */
export function joinHooks(first: RunHooks, second: RunHooks): RunHooks {
  const step =
    second.step === undefined
      ? first.step?.bind(first)
      : (...args: Parameters<NonNullable<RunHooks['step']>>) => {
          first.step?.(...args);
          second.step?.(...args);
        };
  return {
    async start(...args) {
      await first.start?.(...args);
      await second.start?.(...args);
    },
    ...(step === undefined ? {} : { step }),
    report(...args) {
      first.report?.(...args);
      second.report?.(...args);
    },
    async checkpoint(...args) {
      await first.checkpoint?.(...args);
      await second.checkpoint?.(...args);
    },
    async end(end) {
      try {
        await first.end?.(end);
      } finally {
        await second.end?.(end);
      }
    },
  };
}
