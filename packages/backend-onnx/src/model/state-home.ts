/**
 * Where the state of a session is: in memory that ONNX Runtime and kernels share; in tensors of ONNX Runtime; or in
 * tensors on a device, which must be copied from it.
 */
export type StateHome = 'memory' | 'tensors' | 'device';
