import { isForgeError } from '../../errors/forge-error.js';
import type { CheckpointStore } from '../checkpoint-store.js';
import { type Candidate, type KeepPolicy, keepAll, surplus } from './keep-policy.js';

/** Removes the checkpoints of a run that a policy does not want. */
export class Retention {
  private readonly known = new Map<number, Candidate>();

  constructor(
    private readonly store: CheckpointStore,
    private readonly policy: KeepPolicy,
  ) {}

  /**
   * To be called after each save.
   * @param current the step just saved. Later ones are from before a resume: they neither count nor are touched.
   * @returns the steps removed.
   * @throws ForgeError FILE_SYSTEM
   */
  async apply(current: number): Promise<readonly number[]> {
    if (this.policy === keepAll) return [];
    this.known.delete(current);
    const candidates: Candidate[] = [];
    for (const step of await this.store.steps()) {
      if (step > current) continue;
      const candidate = await this.candidate(step);
      if (candidate) candidates.push(candidate);
    }
    const unwanted = surplus(candidates, this.policy);
    for (const step of unwanted) {
      await this.store.remove(step);
      this.known.delete(step);
    }
    return unwanted;
  }

  /** Undefined for a damaged one: it must not count as one of the last three, and whoever examines it wants it there. */
  private async candidate(step: number): Promise<Candidate | undefined> {
    const known = this.known.get(step);
    if (known) return known;
    try {
      const { metrics } = await this.store.info(step);
      const candidate = { step, metrics };
      this.known.set(step, candidate);
      return candidate;
    } catch (error) {
      if (isForgeError(error)) return undefined;
      throw error;
    }
  }
}
