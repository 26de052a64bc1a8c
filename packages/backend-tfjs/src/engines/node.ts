import { nativeEngine } from './native.js';

/** Native TensorFlow on the CPU. */
export const node = nativeEngine('node', '@tensorflow/tfjs-node', false);
