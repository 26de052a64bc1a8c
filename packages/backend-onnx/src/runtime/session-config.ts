import type { GraphRequest } from './protocol.js';

/** What ONNX Runtime needs to know of a graph. */
export type GraphSettings = Pick<GraphRequest, 'threads' | 'roundsInTraining'>;

/**
 * Threads that spin between operators but sleep between runs, the fastest measured.
 * Products with quantized weights are computed in float32, as their gradients are: by default, ONNX Runtime rounds the
 * activations to 8 bits where DequantizeLinear comes before MatMul.
 * Where activations are rounded too, gradients read what comes after DequantizeLinear; ONNX Runtime's optimizer moves
 * their transposes before it, by a QuantizeLinear of the wrong type, and then rejects the graph.
 */
export function sessionConfig({ roundsInTraining = false }: GraphSettings): Readonly<Record<string, string>> {
  return {
    force_spinning_stop: '1',
    qdq_matmulnbits_accuracy_level: '1',
    ...(roundsInTraining ? { disable_quant_qdq: '1' } : {}),
  };
}
