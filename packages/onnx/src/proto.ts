/** The messages of an .onnx file as they are in it: decoded, changed and encoded again. */

export { toAttribute } from './export/to-attribute.js';
export { toExternalTensor, toTensor, toValueInfo } from './export/to-tensor.js';
export { readExternalData } from './import/external-data.js';
export { type ModelFile, openModelFile, readModelFile } from './import/model-file.js';
export { type ByteSource, UnreadBytes } from './proto/byte-source.js';
export * from './proto/codecs.js';
export * from './proto/data-types.js';
export * from './proto/messages.js';
