import { currentCode } from '../../code/code-place.js';
import { openStoredCode, type StoredCode } from '../../code/stored-code.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunRecord } from '../../run/record/run-record.js';

/**
 * The code that a run is loaded with, its hashes checked: the newest that it stores.
 * @param insist as of `openStoredCode`
 * @throws ForgeError CODE_MISSING where its configs were objects of a script; CODE_ALTERED, FILE_SYSTEM
 */
export function openRunCode(
  run: string,
  record: RunRecord,
  insist: ((warning: string) => void) | undefined,
): Promise<StoredCode> {
  const place = currentCode(record);
  if (record.code === 'in-memory' && place.folder === 'code') throw storesNoCode(run, record);
  return openStoredCode(run, place, insist);
}

function storesNoCode(run: string, { experiment, number }: RunRecord): ForgeError {
  const label = `${experiment}/${number}`;
  return new ForgeError(
    'CODE_MISSING',
    `${label} stores no code: its configs were objects of the script that made it.`,
    {
      about: run,
      hint: 'Load it with the same objects, or read its tensors, flags and metrics with `code: false`.',
    },
  );
}
