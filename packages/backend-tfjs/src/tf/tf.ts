/** The module of a running TensorFlow.js. Code takes it as a parameter: a native engine brings a copy of its own. */
export type Tf = typeof import('@tensorflow/tfjs');
