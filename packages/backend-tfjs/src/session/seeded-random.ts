import { AsyncLocalStorage } from 'node:async_hooks';
import type { RandomStream } from '@forge-ml/core/plugin';

/**
 * Everything random in TensorFlow.js without a seed takes one from Math.random: initializers, layers.dropout,
 * tf.randomNormal. While `fn` runs, and whatever it awaits, Math.random draws from `stream` instead; code that runs in
 * between but was not started by `fn` still gets the real one.
 */
export function withSeededRandom<T>(stream: RandomStream, fn: () => T): T {
  enter();
  let result: T;
  try {
    result = streams.run(stream, fn);
  } catch (error) {
    leave();
    throw error;
  }
  if (!(result instanceof Promise)) {
    leave();
    return result;
  }
  return result.finally(leave) as T;
}

const streams = new AsyncLocalStorage<RandomStream>();
/** Read once, so that code that wraps Math.random later cannot cause recursion. */
const real = Math.random;
let depth = 0;
let before = real;

function seeded(): number {
  const stream = streams.getStore();
  return stream ? stream.float() : real();
}

function enter(): void {
  if (depth++ > 0) return;
  before = Math.random;
  Math.random = seeded;
}

function leave(): void {
  // If other code has replaced Math.random in between, its version stays.
  if (--depth === 0 && Math.random === seeded) Math.random = before;
}
