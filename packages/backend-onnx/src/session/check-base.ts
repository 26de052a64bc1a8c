import { ForgeError, type NamedTensors } from '@forge-ml/core/plugin';
import type { Base } from '../layers/base.js';

/** @throws ForgeError STATE_MISMATCH where adapters were trained on another base model. */
export function checkBase({ files }: Base, state: NamedTensors): void {
  for (const { hash, path } of files) {
    const [wanted, actual] = [hex(hash.initial.bytes), hex(state.get(hash.name)!.bytes)];
    if (wanted === actual) continue;
    const file = path ?? 'the given model';
    throw new ForgeError(
      'STATE_MISMATCH',
      `These adapters belong to another base model: its SHA-256 is ${actual.slice(0, 12)}…, that of ${file} is ${wanted.slice(0, 12)}….`,
      { about: file, hint: 'Use the model file that the run was trained on: the run stores it in code/.' },
    );
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
