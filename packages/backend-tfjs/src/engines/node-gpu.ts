import { nativeEngine } from './native.js';

/** Native TensorFlow on an NVIDIA GPU. */
export const nodeGpu = nativeEngine('node-gpu', '@tensorflow/tfjs-node-gpu', true);
