import type { TrainSession } from '../backend.js';
import { backendFault, callBackend, look, type Party } from './party.js';
import { wrongBatch } from './wrong-tensor.js';

type Predicts = Pick<TrainSession, 'predict' | 'dispose'>;

/** What predicts, with its outputs held against the port and its errors told as the backend's. */
export function checkedPredictor(opened: Predicts, party: Party): Predicts {
  return {
    predict(inputs) {
      const outputs = callBackend(party, 'in a prediction', () => opened.predict(inputs));
      return look(outputs, (batch) => {
        const wrong = wrongBatch(batch, 'predicted outputs');
        if (wrong !== undefined) throw backendFault(party, `returned ${wrong}`);
        return batch;
      });
    },
    dispose: () => callBackend(party, 'when its model was disposed of', () => opened.dispose()),
  };
}
