import { ok, strictEqual } from 'node:assert/strict';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { type ErrorCode, isForgeError } from '../../errors/forge-error.js';
import type { CheckpointStoreConformanceOptions } from './options.js';

/** What each group of tests is given. */
export interface StoreSubject {
  readonly options: CheckpointStoreConformanceOptions;
  /** The `checkpoints/` folder of this test's run. */
  folder(): string;
  /** Opens the store of that folder; closed after the test. */
  open(): Promise<CheckpointStore>;
}

/** Holds that something fails with an error that has a code. */
export async function failsWith(code: ErrorCode, work: () => Promise<unknown>): Promise<void> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(error !== undefined, `it should fail with ${code}, but did not fail`);
  ok(isForgeError(error), `it should fail with ${code}, but failed with ${String(error)}`);
  strictEqual(error.code, code, error.message);
}
