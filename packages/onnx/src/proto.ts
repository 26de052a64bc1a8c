/** The messages of an .onnx file as they are in it: decoded, changed and encoded again. */

export { toAttribute } from './export/to-attribute.js';
export { toExternalTensor, toTensor, toValueInfo } from './export/to-tensor.js';
export { readExternalData } from './import/external-data.js';
export { readModelFile } from './import/read-model.js';
export * from './proto/codecs.js';
export * from './proto/data-types.js';
export * from './proto/messages.js';
