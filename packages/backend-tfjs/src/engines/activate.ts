import type { Tf } from '../tf/tf.js';

/**
 * Makes a started engine the active one. TensorFlow.js has one active backend a process, whichever of its copies is
 * asked; tensors of another backend are moved over when used. Switching to a started backend takes no turn of the
 * event loop, so whoever calls this may go on computing at once.
 */
export function activate(tf: Tf, tfBackend: string): void {
  if (tf.getBackend() !== tfBackend) void tf.setBackend(tfBackend);
}
