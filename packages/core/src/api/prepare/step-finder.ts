import type { PlannedStep } from '../../preprocessing/steps/step.js';
import type { Services } from '../services/services.js';

/** Finds the steps of a run's preprocessing that plugins provide. */
export function stepFinder(services: Services): (kind: string) => Promise<PlannedStep['step']> {
  return async (kind) => {
    const { make } = await services.steps.find(kind, 'The preprocessing of the run');
    return make();
  };
}
