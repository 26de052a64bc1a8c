import { describeBackendConformance } from '@forge-ml/core/testing';
import { OnnxBackend } from './backend.js';
import { conformanceModel, optimizerRules } from './conformance-model.test.support.js';

const backend = new OnnxBackend();
describeBackendConformance({
  name: 'onnx on cpu',
  backend,
  start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
  model: conformanceModel,
  optimizers: optimizerRules,
});
