import type { TrainSession } from '@forge-ml/core/plugin';

/**
 * A session that makes its engine the active one before each call, so that sessions on several engines can live in
 * one process.
 */
export function pinnedSession(session: TrainSession, activate: () => void): TrainSession {
  const pinned = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      activate();
      return call(...args);
    };
  };
  return {
    artefacts: session.artefacts,
    parameters: session.parameters,
    warnings: session.warnings,
    step: pinned(session.step.bind(session)),
    evaluate: pinned(session.evaluate.bind(session)),
    predict: pinned(session.predict.bind(session)),
    capture: pinned(session.capture.bind(session)),
    restore: pinned(session.restore.bind(session)),
    dispose: pinned(session.dispose.bind(session)),
    ...(session.observe && { observe: session.observe }),
    ...(session.liveTensors && { liveTensors: session.liveTensors.bind(session) }),
  };
}
