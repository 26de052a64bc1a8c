import { describeValue } from '../../model/model-error.js';
import {
  type Backend,
  backendPort,
  type Engine,
  type EngineRequest,
  type EngineSearch,
  type EngineStatus,
} from '../backend.js';
import { checkedEngine } from './checked-engine.js';
import { backendFault, callBackend, engineFailure, type Party } from './party.js';
import { wrongMember } from './wrong-member.js';

/** Checked backends by the original backend; a checked backend maps to itself. */
const checked = new WeakMap<object, Backend>();

/**
 * A backend whose results are checked against the port at run time, and whose errors name it: the types of a plugin's
 * results cannot be trusted.
 * @param backend made by a plugin or passed by a script; a checked backend is returned unchanged
 * @throws ForgeError BACKEND_INVALID if it is not a backend of this port
 */
export function checkedBackend(backend: Backend, party: Party): Backend {
  const wrong = wrongMember(backend, {}) ?? wrongPort(backend.port);
  const fault = wrong ?? wrongMember(backend, { name: 'text', engines: 'function', start: 'function' });
  if (fault !== undefined) throw backendFault(party, fault);
  const known = checked.get(backend);
  if (known !== undefined) return known;
  const wrapped = new CheckedBackend(backend, party);
  checked.set(backend, wrapped).set(wrapped, wrapped);
  return wrapped;
}

/** Checked first: another port has other members. */
function wrongPort(port: unknown): string | undefined {
  if (port === backendPort) return undefined;
  return `is built for backend port ${String(port)}; this Forge has port ${backendPort}`;
}

class CheckedBackend implements Required<Backend> {
  readonly port = backendPort;

  constructor(
    private readonly backend: Backend,
    private readonly party: Party,
  ) {}

  get name(): string {
    return this.backend.name;
  }

  async engines(search: EngineSearch): Promise<readonly EngineStatus[]> {
    const engines = await callBackend(this.party, 'to list its engines', () => this.backend.engines(search));
    if (!Array.isArray(engines)) {
      throw backendFault(this.party, `listed engines that are ${describeValue(engines)}, not an array`);
    }
    for (const engine of engines) {
      const wrong = wrongMember(engine, { name: 'text', usable: 'boolean', detail: 'text', remedy: 'text?' });
      if (wrong !== undefined) throw backendFault(this.party, `listed an engine that ${wrong}`);
    }
    return engines;
  }

  async start(request: EngineRequest): Promise<Engine> {
    const party = request.engine === undefined ? this.party : { ...this.party, engine: request.engine };
    let engine: Engine;
    try {
      engine = await this.backend.start(request);
    } catch (error) {
      throw engineFailure(party, 'to start', error);
    }
    if (engine === undefined || engine === null) {
      throw backendFault(this.party, `returned ${describeValue(engine)} from start, not an engine`);
    }
    return checkedEngine(engine, this.party);
  }
}
