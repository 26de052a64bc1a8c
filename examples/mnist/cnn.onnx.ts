/** The model of the drawn digits fits these batches too. To take this folder along alone, copy that file here. */
export { default } from '../digits/cnn.onnx.ts';
