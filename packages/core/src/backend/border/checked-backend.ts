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

/** By the backend that was wrapped, and each wrapped one by itself. */
const checked = new WeakMap<object, Backend>();

/**
 * A backend whose every return is held against the port, and whose errors name it: what a plugin returns is typed by
 * nothing but its author's word.
 * @param backend what the plugin made, or a script handed over; for one that is checked already, the same again
 * @throws ForgeError BACKEND_INVALID where it is no backend of this port
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

/** Asked first: of another port, other members are right. */
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
    const asked = request.engine === undefined ? this.party : { ...this.party, engine: request.engine };
    let engine: Engine;
    try {
      engine = await this.backend.start(request);
    } catch (error) {
      throw engineFailure(asked, 'to start', error);
    }
    if (engine === undefined || engine === null) {
      throw backendFault(this.party, `returned ${describeValue(engine)} from start, not an engine`);
    }
    return checkedEngine(engine, this.party);
  }
}
