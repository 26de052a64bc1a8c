import { resolve } from 'node:path';
import { examplePath } from './load-example.js';

/** The folder of MNIST's published 10,000 test digits; tests that need it skip where it does not exist. */
export const realMnist = process.env.FORGE_MNIST_DIR ?? resolve(examplePath('../../shared/data/mnist'));
