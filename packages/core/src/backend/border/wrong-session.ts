import { describeValue } from '../../model/model-error.js';
import { describeTensor, type NamedTensors, type TensorData } from '../../tensor/tensor-data.js';
import type { NamedFiles, ParameterInfo, SessionState, TrainSession } from '../backend.js';
import { isRecord, type MembersOf, wrongMember } from './wrong-member.js';
import { isBytes, isMap, wrongDType, wrongName, wrongTensors } from './wrong-tensor.js';

const members: MembersOf<TrainSession> = {
  artefacts: 'object',
  parameters: 'list',
  base: 'object?',
  warnings: 'list',
  step: 'function',
  fused: 'object?',
  evaluate: 'function',
  labels: 'list?',
  learningRate: 'function?',
  gauges: 'function?',
  settle: 'function?',
  intact: 'boolean?',
  interrupt: 'function?',
  locateNotFinite: 'function?',
  observe: 'function?',
  predict: 'function',
  capture: 'function',
  captureAside: 'function?',
  restore: 'function',
  checkpointFiles: 'function?',
  liveTensors: 'function?',
  dispose: 'function',
};

/** The first fault of a session, as the end of a sentence about it; undefined if it has none. */
export function wrongSession(session: TrainSession): string | undefined {
  const wrong = wrongMember(session, members);
  if (wrong !== undefined) return wrong;
  const { parameters, base, warnings, fused } = session;
  const notText = warnings.find((warning) => typeof warning !== 'string');
  if (notText !== undefined) return `has among its warnings ${describeValue(notText)}, not text`;
  const names = new Set<string>();
  for (const parameter of parameters) {
    const fault = wrongParameter(parameter);
    if (fault !== undefined) return fault;
    if (names.has(parameter.name)) return `has two parameters named ${JSON.stringify(parameter.name)}`;
    names.add(parameter.name);
  }
  const uncounted = (['tensors', 'count', 'bytes'] as const).find((name) => base && !isCount(base[name]));
  if (uncounted !== undefined) return `has a base.${uncounted} of ${String(base![uncounted])}, not a count`;
  if (fused === undefined) return undefined;
  const wrongFused = wrongMember(fused, { steps: 'function' });
  if (wrongFused !== undefined) return `has a fused that ${wrongFused}`;
  return fused.most >= 1 ? undefined : `has a fused.most of ${String(fused.most)}, not a number of at least 1`;
}

function wrongParameter(parameter: ParameterInfo): string | undefined {
  const wrong = wrongMember(parameter, { name: 'text', shape: 'list', trainable: 'boolean' });
  if (wrong !== undefined) return `lists a parameter that ${wrong}`;
  const { name, dtype, shape } = parameter;
  const fault = wrongName(name) ?? wrongDType(dtype);
  if (fault !== undefined) return `lists a parameter ${JSON.stringify(name)} that ${fault}`;
  if (shape.every(isCount)) return undefined;
  return `lists a parameter ${JSON.stringify(name)} of shape [${shape.map(String).join(', ')}]`;
}

function isCount(size: unknown): boolean {
  return Number.isSafeInteger(size) && (size as number) >= 0;
}

/**
 * The first fault of a captured state, as the end of `returned …`.
 * @param listed the session's parameters
 * @param ema whether the session was built to keep their moving average
 */
export function wrongState(state: SessionState, listed: readonly ParameterInfo[], ema = false): string | undefined {
  if (!isRecord(state)) return `a state that is ${describeValue(state)}, not { parameters, optimizer }`;
  const wrong = wrongTensors(state.parameters, 'parameters') ?? wrongTensors(state.optimizer, 'optimizer slots');
  if (wrong !== undefined) return `a state with ${wrong}`;
  if (state.release !== undefined && typeof state.release !== 'function') {
    return `a state with a release that is ${describeValue(state.release)}, not a function`;
  }
  return otherThanListed(state.parameters, listed) ?? wrongAverages(state.ema, ema, listed);
}

/** There is one for each trained parameter, and none without a request. */
function wrongAverages(
  averages: NamedTensors | undefined,
  asked: boolean,
  listed: readonly ParameterInfo[],
): string | undefined {
  if (averages === undefined) return asked ? 'a state without the moving average that it was built to keep' : undefined;
  const fault = wrongTensors(averages, 'moving averages');
  if (fault !== undefined) return `a state with ${fault}`;
  if (!asked) return 'a state with a moving average, which was not asked for';
  const trained = listed.filter(({ trainable }) => trainable);
  for (const info of trained) {
    const average = averages.get(info.name);
    if (average !== undefined && sameType(average, info)) continue;
    const name = JSON.stringify(info.name);
    if (average === undefined) return `a state without the moving average of ${name}`;
    return `a state with the moving average of ${name} as ${describeTensor(average)}, not ${describeTensor(info)}`;
  }
  const names = new Set(trained.map(({ name }) => name));
  const extra = [...averages.keys()].find((name) => !names.has(name));
  if (extra === undefined) return undefined;
  return `a state with a moving average of ${JSON.stringify(extra)}, which is no trained parameter`;
}

function otherThanListed(parameters: NamedTensors, listed: readonly ParameterInfo[]): string | undefined {
  for (const info of listed) {
    const name = JSON.stringify(info.name);
    const captured = parameters.get(info.name);
    if (captured === undefined) return `a state without the parameter ${name}, which the session lists`;
    if (sameType(captured, info)) continue;
    return `a state with the parameter ${name} as ${describeTensor(captured)}, but lists it as ${describeTensor(info)}`;
  }
  if (parameters.size === listed.length) return undefined;
  const names = new Set(listed.map(({ name }) => name));
  const extra = [...parameters.keys()].find((name) => !names.has(name))!;
  return `a state with the parameter ${JSON.stringify(extra)}, which the session does not list`;
}

function sameType(captured: TensorData, { dtype, shape }: ParameterInfo): boolean {
  if (captured.dtype !== dtype || captured.shape.length !== shape.length) return false;
  return shape.every((size, at) => size === captured.shape[at]);
}

/** The first fault of a checkpoint's additional files, as the end of `returned …`. */
export function wrongFiles(files: NamedFiles): string | undefined {
  if (!isMap(files)) return `checkpoint files that are ${describeValue(files)}, not a Map of bytes by name`;
  for (const [name, bytes] of files) {
    if (!isBytes(bytes)) return `the checkpoint file ${JSON.stringify(name)} as ${describeValue(bytes)}, not bytes`;
  }
  return undefined;
}
