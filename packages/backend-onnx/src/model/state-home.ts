/**
 * Where the state of a session is: in memory that ONNX Runtime and kernels share; in tensors of ONNX Runtime, which its
 * binding can read; or in tensors on a device, which only a graph can copy from it.
 */
export type StateHome = 'memory' | 'tensors' | 'device';
