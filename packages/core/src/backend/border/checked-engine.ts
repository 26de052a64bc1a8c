import { describeValue } from '../../model/model-error.js';
import type { Batch, DType } from '../../tensor/tensor-data.js';
import type { BuildRequest, Engine, EngineFeatures, EngineInfo, TrainSession } from '../backend.js';
import { acceptBatches } from './accepted-batch.js';
import { checkedSession } from './checked-session.js';
import { backendFault, callBackend, labelOfParty, type Party } from './party.js';
import { wrongFeaturesOf } from './wrong-features.js';
import { isRecord, type MembersOf, wrongMember } from './wrong-member.js';
import { wrongDType } from './wrong-tensor.js';

const members: MembersOf<Engine> = {
  info: 'object',
  modules: 'object',
  accepts: 'list?',
  features: 'object?',
  build: 'function',
  dispose: 'function',
};

const featureMembers: MembersOf<EngineFeatures> = {
  outputs: 'boolean?',
  gradients: 'boolean?',
  ema: 'boolean?',
  freeze: 'boolean?',
  learningRate: 'boolean?',
};

const infoMembers: MembersOf<EngineInfo> = {
  backend: 'text',
  engine: 'text',
  device: 'text',
  versions: 'object',
  settings: 'object',
  warnings: 'list',
};

/** An engine whose sessions are checked. @throws ForgeError BACKEND_INVALID if `start` returned no valid engine */
export function checkedEngine(engine: Engine, party: Party): Engine {
  const wrong =
    wrongMember(engine, members) ??
    wrongInfo(engine.info) ??
    wrongAccepts(engine.accepts) ??
    wrongFeatures(engine.features);
  if (wrong !== undefined) throw backendFault(party, `started an engine that ${wrong}`);
  return new CheckedEngine(engine, { ...party, engine: engine.info.engine });
}

class CheckedEngine implements Required<Engine> {
  /** Undefined if the engine accepts any batch. */
  private readonly accept: ((batch: Batch) => Batch) | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly party: Party,
  ) {
    const { accepts } = engine;
    this.accept = accepts && acceptBatches(accepts, labelOfParty(party));
  }

  get info(): EngineInfo {
    return this.engine.info;
  }

  get modules(): Readonly<Record<string, unknown>> {
    return this.engine.modules;
  }

  get accepts(): readonly DType[] {
    // Undefined if the engine does not declare it.
    return this.engine.accepts ?? (undefined as never);
  }

  get features(): EngineFeatures {
    // Undefined if the engine does not declare it.
    return this.engine.features ?? (undefined as never);
  }

  async build(request: BuildRequest): Promise<TrainSession> {
    const given = this.accept === undefined ? request : { ...request, sample: this.accept(request.sample) };
    const session = await callBackend(this.party, 'to build the model', () => this.engine.build(given));
    const checked = checkedSession(session, this.party, { accept: this.accept, ema: request.ema !== undefined });
    const wrong = wrongFeaturesOf(session, request, this.features);
    if (wrong !== undefined) throw backendFault(this.party, `built a session that ${wrong}`);
    return checked;
  }

  dispose(): void | Promise<void> {
    return callBackend(this.party, 'to dispose of the engine', () => this.engine.dispose());
  }
}

function wrongInfo(info: EngineInfo): string | undefined {
  const wrong = wrongMember(info, infoMembers);
  if (wrong !== undefined) return `has an info that ${wrong}`;
  const notText = info.warnings.find((warning) => typeof warning !== 'string');
  if (notText !== undefined) return `has among its warnings ${describeValue(notText)}, not text`;
  return wrongValues('versions', info.versions, ['string']) ?? wrongValues('settings', info.settings, plainKinds);
}

function wrongFeatures(features: EngineFeatures | undefined): string | undefined {
  if (features === undefined) return undefined;
  const unknown = Object.keys(features).find((name) => !Object.hasOwn(featureMembers, name));
  if (unknown !== undefined) return `has an unknown feature ${JSON.stringify(unknown)}`;
  const wrong = wrongMember(features, featureMembers);
  return wrong === undefined ? undefined : `has a features that ${wrong}`;
}

function wrongAccepts(accepts: readonly DType[] | undefined): string | undefined {
  if (accepts === undefined) return undefined;
  if (accepts.length === 0) return 'has an accepts that is empty';
  const wrong = accepts.map(wrongDType).find((fault) => fault !== undefined);
  return wrong === undefined ? undefined : `has an accepts that ${wrong}`;
}

const plainKinds = ['string', 'number', 'boolean'];

function wrongValues(field: string, values: unknown, kinds: readonly string[]): string | undefined {
  if (!isRecord(values)) return undefined;
  const wrong = Object.entries(values).find(([, value]) => !kinds.includes(typeof value));
  return wrong === undefined ? undefined : `has an info.${field}.${wrong[0]} that is ${describeValue(wrong[1])}`;
}
