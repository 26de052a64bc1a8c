/** The module of a running TensorFlow.js. Code takes it as a parameter, because a native engine has its own copy. */
export type Tf = typeof import('@tensorflow/tfjs');
