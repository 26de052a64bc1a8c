import type { TrainSession } from '../backend.js';
import { backendFault, callBackend, checkResult, type Party } from './party.js';
import { wrongBatch } from './wrong-tensor.js';

type Predicts = Pick<TrainSession, 'predict' | 'dispose'>;

interface Described<Inputs> {
  readonly inputs?: Inputs;
}

/** A predictor whose outputs are checked against the port, and whose errors name the backend. */
export function checkedPredictor<Inputs>(
  opened: Predicts & Described<Inputs>,
  party: Party,
): Predicts & Described<Inputs> {
  return {
    ...(opened.inputs === undefined ? {} : { inputs: opened.inputs }),
    predict(inputs) {
      const outputs = callBackend(party, 'in a prediction', () => opened.predict(inputs));
      return checkResult(outputs, (batch) => {
        const wrong = wrongBatch(batch, 'predicted outputs');
        if (wrong !== undefined) throw backendFault(party, `returned ${wrong}`);
        return batch;
      });
    },
    dispose: () => callBackend(party, 'to dispose of the model', () => opened.dispose()),
  };
}
