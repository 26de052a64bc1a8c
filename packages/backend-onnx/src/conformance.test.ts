import { describeBackendConformance } from '@forge-ml/core/testing';
import { OnnxBackend } from './backend.js';
import { conformanceModel, optimizerRules } from './conformance-model.test.support.js';
import { bindingNames } from './runtime/protocol.js';
import { startOnDevice, startWith } from './session/models.test.support.js';

for (const binding of bindingNames) {
  describeBackendConformance({
    name: `onnx on cpu, by the ${binding} binding`,
    backend: new OnnxBackend(),
    start: () => startWith(binding),
    model: conformanceModel,
    optimizers: optimizerRules,
  });
}

describeBackendConformance({
  name: 'onnx with the state on a device',
  backend: new OnnxBackend(),
  start: () => startOnDevice('Cpu'),
  model: conformanceModel,
  optimizers: optimizerRules,
});
