import { ForgeError } from '../../errors/forge-error.js';
import type { TrainingMemory } from '../../model/training-memory.js';
import { type AvailableMemory, availableMemory } from '../../run/system/available-memory.js';
import { formatBytes } from '../../text/numbers.js';

/** An estimate may be this much too high: below it, a training that may not fit is warned of, and begins. */
const tolerance = 1.25;

const remedies =
  'Use smaller batches (accumulate in the optimizer keeps their effect), recompute, LoRA or a quantized base model, as far as the model has them; FORGE_MEMORY_LIMIT=none trains without this check.';

/**
 * Refuses a training that needs more memory than there is, before it is allocated.
 * @param warn called where it is doubtful
 * @throws ForgeError ENGINE_UNUSABLE
 */
export function checkMemory(
  memory: TrainingMemory,
  warn: (message: string) => void,
  available: AvailableMemory | undefined = availableMemory(),
): void {
  if (available === undefined || memory.total <= available.bytes) return;
  const message = `Training needs about ${formatBytes(memory.total)} of memory (${describeParts(memory)}), and ${limitOf(available)}`;
  if (memory.total <= tolerance * available.bytes) {
    warn(`${message}: it may end for want of memory.`);
    return;
  }
  throw new ForgeError('ENGINE_UNUSABLE', `${message}.`, { about: 'memory', hint: remedies });
}

function limitOf({ bytes, by }: AvailableMemory): string {
  const size = formatBytes(bytes);
  if (by === 'setting') return `FORGE_MEMORY_LIMIT allows ${size}`;
  return by === 'machine' ? `the machine has ${size} available` : `the control group of this process has ${size} left`;
}

/** `1.2 GB activations, 400 MB weights`, the largest first. */
export function describeParts({ parts }: TrainingMemory): string {
  const sorted = Object.entries(parts).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, bytes]) => `${formatBytes(bytes)} ${name}`).join(', ');
}
