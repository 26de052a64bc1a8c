import { describeValue } from '../../model/model-error.js';
import type { BuildRequest, Engine, EngineInfo, TrainSession } from '../backend.js';
import { checkedSession } from './checked-session.js';
import { backendFault, callBackend, type Party } from './party.js';
import { isRecord, type MembersOf, wrongMember } from './wrong-member.js';

const members: MembersOf<Engine> = {
  info: 'object',
  modules: 'object',
  build: 'function',
  dispose: 'function',
};

const infoMembers: MembersOf<EngineInfo> = {
  backend: 'text',
  engine: 'text',
  device: 'text',
  versions: 'object',
  settings: 'object',
  warnings: 'list',
};

/** An engine whose sessions are checked. @throws ForgeError BACKEND_INVALID where what `start` returned is none */
export function checkedEngine(engine: Engine, party: Party): Engine {
  const wrong = wrongMember(engine, members) ?? wrongInfo(engine.info);
  if (wrong !== undefined) throw backendFault(party, `started an engine that ${wrong}`);
  return new CheckedEngine(engine, { ...party, engine: engine.info.engine });
}

class CheckedEngine implements Required<Engine> {
  constructor(
    private readonly engine: Engine,
    private readonly party: Party,
  ) {}

  get info(): EngineInfo {
    return this.engine.info;
  }

  get modules(): Readonly<Record<string, unknown>> {
    return this.engine.modules;
  }

  async build(request: BuildRequest): Promise<TrainSession> {
    const session = await callBackend(this.party, 'to build the model', () => this.engine.build(request));
    return checkedSession(session, this.party);
  }

  dispose(): void | Promise<void> {
    return callBackend(this.party, 'when it was disposed of', () => this.engine.dispose());
  }
}

function wrongInfo(info: EngineInfo): string | undefined {
  const wrong = wrongMember(info, infoMembers);
  if (wrong !== undefined) return `has an info that ${wrong}`;
  const notText = info.warnings.find((warning) => typeof warning !== 'string');
  if (notText !== undefined) return `has among its warnings ${describeValue(notText)}, not text`;
  return wrongValues('versions', info.versions, ['string']) ?? wrongValues('settings', info.settings, plainKinds);
}

const plainKinds = ['string', 'number', 'boolean'];

function wrongValues(field: string, values: unknown, kinds: readonly string[]): string | undefined {
  if (!isRecord(values)) return undefined;
  const wrong = Object.entries(values).find(([, value]) => !kinds.includes(typeof value));
  return wrong === undefined ? undefined : `has an info.${field}.${wrong[0]} that is ${describeValue(wrong[1])}`;
}
