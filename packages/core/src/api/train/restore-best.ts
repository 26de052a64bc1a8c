import { isForgeError, messageOf } from '../../errors/forge-error.js';
import type { Position, Run } from '../../run/run.js';
import type { EarlyStop } from '../../train/early-stop/early-stop.js';

/**
 * `--restore-best`: keeps the checkpoint of the best step, and ends the run with its state: the last checkpoint has the
 * position of the last step, and the tensors and metrics of the best one.
 */
export class RestoreBest {
  /** The best step that the newest checkpoint names: a resume from there needs it. */
  #saved: number | null;

  constructor(
    private readonly run: Run,
    private readonly early: EarlyStop,
  ) {
    this.#saved = early.bestStep;
    run.keepCheckpoints(() => [this.#saved, early.bestStep].filter((step) => step !== null));
  }

  /** Called for each save; the result is called once it is on disk. */
  saving(): () => void {
    const best = this.early.bestStep;
    return () => {
      this.#saved = best;
    };
  }

  /**
   * Ends the run with the state of its best step.
   * @param position where training has ended
   * @returns the best step and the folder of the last checkpoint; undefined where the last step is the best, or the best
   * checkpoint cannot be read, of which it warns
   */
  async finish(
    position: Position,
    warn: (message: string) => void,
  ): Promise<{ readonly step: number; readonly path: string } | undefined> {
    const step = this.early.bestStep;
    if (step === null || step === position.step) return undefined;
    try {
      return { step, path: await this.run.saveStateOf(step, position) };
    } catch (error) {
      if (!isForgeError(error) || !['CHECKPOINT_CORRUPT', 'CHECKPOINT_NOT_FOUND'].includes(error.code)) throw error;
      warn(`The best step, ${step}, was not restored; the run ends with its last state. ${messageOf(error)}`);
      return undefined;
    }
  }
}
