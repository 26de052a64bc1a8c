import { messageOf } from '@forge-ml/core/runs';
import type { RunView } from '../protocol/run-view.js';
import { boundedText } from './bounded.js';
import { verifyCommand } from './run-commands.js';
import type { ViewedRun } from './viewed-run.js';

/** Reads the parts of a run, of which any may be damaged: a damaged one must not hide the others. */
export class Attempts {
  /** The first problem; null if there is none. */
  damage: RunView['damage'] = null;

  constructor(private readonly run: ViewedRun) {}

  /** What is read, or `otherwise` if that fails. */
  async of<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.damage ??= damageOf(this.run, error);
      return otherwise;
    }
  }
}

/** What is wrong with a run, with the command that checks all of its files. */
export function damageOf(run: ViewedRun, error: unknown): NonNullable<RunView['damage']> {
  return {
    message: boundedText(messageOf(error)),
    hint: `${verifyCommand(run)} lists all that is wrong with it.`,
  };
}
