import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { backendPort } from '../../backend/backend.js';
import { conversionTo } from '../../backend/border/convert-dtype.js';
import { bytesPerElement, type TensorData } from '../../tensor/tensor-data.js';
import { captured, validTensor } from './support/states.js';
import { failsNaming, type Subject, train } from './support/subject.js';

/** What a backend, its engines and a session say of themselves: port version, names, devices, parameters. */
export function describeContract({ options, engine, open, restart, test }: Subject): void {
  const { backend } = options;

  test('has the literal port version and a name', async () => {
    strictEqual(backend.port, backendPort);
    ok(/^[a-z][a-z0-9-]*$/.test(backend.name), `"${backend.name}" is not a valid name for --backend`);
  });

  test('lists its engines, the running one as usable', async () => {
    const engines = await backend.engines({ searchFrom: options.searchFrom ?? [process.cwd()] });
    for (const { name, usable, detail } of engines) {
      ok(name !== '' && typeof usable === 'boolean' && detail !== '', `engine ${name} lacks a field`);
      ok(!detail.includes('\n'), `the detail of ${name} has more than one line`);
    }
    strictEqual(new Set(engines.map(({ name }) => name)).size, engines.length, 'two engines have the same name');
    const usable = engines.filter((status) => status.usable).map(({ name }) => name);
    ok(usable.includes(engine().info.engine), `${engine().info.engine} is running, but only ${usable} are usable`);
  });

  test('refuses an unknown engine with ENGINE_UNUSABLE', async () => {
    const request = { engine: 'no-such-engine', searchFrom: [] };
    await failsNaming(() => backend.start(request), 'ENGINE_UNUSABLE', 'no-such-engine');
  });

  test('starts the requested engine, for each usable one', async () => {
    const searchFrom = options.searchFrom ?? [process.cwd()];
    const others: string[] = [];
    for (const { name, usable } of await backend.engines({ searchFrom })) if (usable) others.push(name);
    await restart(async () => {
      for (const name of others) {
        const started = await backend.start({ engine: name, searchFrom });
        const { engine: running } = started.info;
        await started.dispose();
        strictEqual(running, name, `${name} was requested, but ${running} was started`);
      }
    });
  });

  test('reports what is actually running, as plain JSON', async () => {
    const { info } = engine();
    strictEqual(info.backend, backend.name);
    ok(info.device !== '', 'the device has no name');
    ok(Object.keys(info.versions).length > 0, 'there are no versions: name what determines the bits');
    ok(Array.isArray(info.warnings), 'warnings is not an array');
    deepStrictEqual(JSON.parse(JSON.stringify(info)), info);
  });

  test('accepts known types, each once, and at least one that float32 converts to', async (skip) => {
    const { accepts } = engine();
    if (accepts === undefined) return skip('it accepts all');
    ok(Array.isArray(accepts), 'accepts is not an array');
    const wrong = accepts.find((dtype) => !Object.hasOwn(bytesPerElement, dtype));
    ok(wrong === undefined, `accepts lists ${wrong}, which is not a type`);
    strictEqual(new Set(accepts).size, accepts.length, 'accepts lists a type twice');
    const accepted = new Set(accepts);
    ok(accepted.has('float32') || conversionTo(accepted, 'float32'), 'accepts has no type that float32 converts to');
  });

  test('lists every parameter with its captured type and shape', async () => {
    const session = await open();
    const state = await captured(session);
    const types = (entries: Iterable<readonly [string, Pick<TensorData, 'dtype' | 'shape'>]>) =>
      Object.fromEntries([...entries].map(([name, { dtype, shape }]) => [name, { dtype, shape: [...shape] }]));
    const listed = types(session.parameters.map((info) => [info.name, info] as const));
    deepStrictEqual(listed, types(state.parameters));
    await train(session, 0, 2);
    deepStrictEqual(listed, types((await session.capture()).parameters), 'captured after training');
    strictEqual(session.parameters.length, state.parameters.size, 'two parameters have the same name');
    ok(
      session.parameters.some(({ trainable }) => trainable),
      'no parameter is trainable',
    );
    ok(Array.isArray(session.warnings), 'warnings is not an array');
    for (const tensors of [state.parameters, state.optimizer]) {
      for (const [name, value] of tensors) validTensor(value, name);
    }
  });

  test('lists parameters in the same order in every session', async () => {
    const session = await open({ seed: 1 });
    const order = session.parameters.map(({ name }) => name);
    deepStrictEqual([...(await session.capture()).parameters.keys()], order, 'captured');
    await train(session, 0, 2);
    deepStrictEqual([...(await session.capture()).parameters.keys()], order, 'captured after training');
    const other = await open({ seed: 2 });
    deepStrictEqual(
      other.parameters.map(({ name }) => name),
      order,
      'built again',
    );
  });

  test('provides modules for configs by import name: at least one, none empty', async () => {
    ok(
      Object.keys(engine().modules).length > 0,
      'there are no modules: list those that configs import from your package',
    );
    for (const [name, module] of Object.entries(engine().modules)) {
      ok(/^(@[^/]+\/)?[^./][^:]*$/.test(name), `"${name}" is not a package name`);
      ok(module !== null && ['object', 'function'].includes(typeof module), `the module ${name} is ${typeof module}`);
      ok(Object.keys(module as object).length > 0, `the module ${name} exports nothing`);
    }
  });

  test('adds files to a checkpoint under plain names only', async () => {
    const session = await open();
    const { parameters } = await captured(session);
    let end = 8;
    const places = Array.from(parameters, ([name, { bytes }]) => {
      const place = { offset: end, length: bytes.length };
      end += bytes.length;
      return [name, place] as const;
    });
    const file = { name: 'parameters.safetensors', places: new Map(places) };
    for (const [name, bytes] of (await session.checkpointFiles?.(file)) ?? []) {
      ok(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name), `"${name}" is not a plain file name`);
      ok(bytes instanceof Uint8Array && bytes.length > 0, `the content of ${name} is not a non-empty Uint8Array`);
    }
  });
}
