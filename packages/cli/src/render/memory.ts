import type { TrainingMemory } from '@forge-ml/core';
import { formatBytes, printable } from '@forge-ml/core/text';

/** `Training needs about 1.3 GB of memory: 600 MB activations, 400 MB weights, …`, the largest part first. */
export function renderMemory(memory: TrainingMemory): string {
  const { total, parts } = printable(memory);
  const sorted = Object.entries(parts).sort(([, a], [, b]) => b - a);
  const list = sorted.map(([name, bytes]) => `${formatBytes(bytes)} ${name}`).join(', ');
  return `Training needs about ${formatBytes(total)} of memory: ${list}`;
}
