import { isForgeError } from '../../errors/forge-error.js';
import type { CheckpointStore } from '../store/checkpoint-store.js';
import { type KeepPolicy, keepAll, keepAny, surplus, withNewest } from './keep-policy.js';
import type { Candidate } from './rank-by-metric.js';

/** Removes the checkpoints of a run that a policy does not keep. */
export class Retention {
  private readonly known = new Map<number, Candidate>();
  /** Steps whose files this process has written or checked. */
  private readonly valid: Set<number>;
  private readonly corrupt = new Set<number>();
  private readonly policy: KeepPolicy;
  /** Steps to keep in addition. */
  pinned: () => readonly number[] = () => [];

  /** @param valid steps that are known to load: the one the run was resumed from */
  constructor(
    private readonly store: CheckpointStore,
    policy: KeepPolicy,
    valid: readonly number[] = [],
  ) {
    const pinned: KeepPolicy = { ranked: () => [], always: (step) => this.pinned().includes(step) };
    this.policy = policy === keepAll ? policy : keepAny(withNewest(policy), pinned);
    this.valid = new Set(valid);
  }

  /**
   * Call after each save. A checkpoint of an earlier process that is kept for its rank (last or best) is verified once
   * before another is removed in its favour.
   * @param current the step just saved. Later steps are from before a resume: they are neither counted nor removed.
   * @returns the steps removed.
   * @throws ForgeError FILE_SYSTEM
   */
  async apply(current: number): Promise<readonly number[]> {
    if (this.policy === keepAll) return [];
    this.known.delete(current);
    this.corrupt.delete(current);
    this.valid.add(current);
    const candidates: Candidate[] = [];
    for (const step of await this.store.steps()) {
      if (step > current || this.corrupt.has(step)) continue;
      const candidate = await this.candidate(step);
      if (candidate) candidates.push(candidate);
    }
    const unwanted = await this.surplusOfValid(candidates);
    for (const step of unwanted) {
      await this.store.remove(step);
      this.known.delete(step);
      this.valid.delete(step);
    }
    return unwanted;
  }

  private async surplusOfValid(candidates: readonly Candidate[]): Promise<readonly number[]> {
    const unwanted = surplus(candidates, this.policy);
    if (unwanted.length === 0) return unwanted;
    const unchecked = this.policy.ranked(candidates).find((step) => !this.valid.has(step));
    if (unchecked === undefined) return unwanted;
    if (await this.loads(unchecked)) this.valid.add(unchecked);
    else this.corrupt.add(unchecked);
    return this.surplusOfValid(candidates.filter(({ step }) => !this.corrupt.has(step)));
  }

  /** Undefined for a corrupt checkpoint: it must not count as one of the last k, and is kept for inspection. */
  private async candidate(step: number): Promise<Candidate | undefined> {
    const known = this.known.get(step);
    if (known) return known;
    try {
      const { metrics, metricSteps } = await this.store.info(step);
      const candidate = { step, metrics, ...(metricSteps === undefined ? {} : { metricSteps }) };
      this.known.set(step, candidate);
      return candidate;
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }

  private async loads(step: number): Promise<boolean> {
    try {
      await this.store.check(step);
      return true;
    } catch (error) {
      if (isUnreadable(error)) return false;
      throw error;
    }
  }
}

/** Not what a plugin's store does wrong. */
function isUnreadable(error: unknown): boolean {
  return isForgeError(error) && error.code !== 'PLUGIN_INVALID';
}
