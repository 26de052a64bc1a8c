import { currentCode } from '../../code/code-place.js';
import { openStoredCode, type StoredCode } from '../../code/stored-code.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunRecord } from '../../run/record/run-record.js';

/**
 * The newest code that a run stores, its hashes checked.
 * @param insist as of `openStoredCode`
 * @param hint the next step where the run stores no code
 * @throws ForgeError CODE_MISSING where its configs were objects of a script; CODE_ALTERED, FILE_SYSTEM
 */
export function openRunCode(
  run: string,
  record: RunRecord,
  insist: ((warning: string) => void) | undefined,
  hint?: string,
): Promise<StoredCode> {
  const place = currentCode(record);
  if (record.code === 'in-memory' && place.folder === 'code') throw storesNoCode(run, record, hint);
  return openStoredCode(run, place, insist);
}

const passObjects =
  'Pass the same objects: { code: { data, model } }. With { code: false } its tensors, flags and metrics are read without code.';

function storesNoCode(run: string, { experiment, number }: RunRecord, hint = passObjects): ForgeError {
  const label = `${experiment}/${number}`;
  return new ForgeError(
    'CODE_MISSING',
    `${label} stores no code: its configs were objects of the script that made it.`,
    {
      about: run,
      hint,
    },
  );
}
