import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { backendPort } from '../../backend/backend.js';
import { conversionTo } from '../../backend/border/convert-dtype.js';
import { bytesPerElement, type TensorData } from '../../tensor/tensor-data.js';
import { captured, soundTensor } from './states.js';
import { failsNaming, type Subject, train } from './subject.js';

/** What a backend, its engine and a session say of themselves. */
export function describeContract({ options, engine, open, restart, test }: Subject): void {
  const { backend } = options;

  test('has the literal port version and a name', async () => {
    strictEqual(backend.port, backendPort);
    ok(/^[a-z][a-z0-9-]*$/.test(backend.name), `"${backend.name}" is no name for --backend`);
  });

  test('lists its engines, the running one among the usable', async () => {
    const engines = await backend.engines({ searchFrom: options.searchFrom ?? [process.cwd()] });
    for (const { name, usable, detail } of engines) {
      ok(name !== '' && typeof usable === 'boolean' && detail !== '', `engine ${name} lacks a field`);
      ok(!detail.includes('\n'), `the detail of ${name} is more than one line`);
    }
    strictEqual(new Set(engines.map(({ name }) => name)).size, engines.length, 'two engines have one name');
    const usable = engines.filter((status) => status.usable).map(({ name }) => name);
    ok(usable.includes(engine().info.engine), `${engine().info.engine} runs, but usable are ${usable}`);
  });

  test('refuses an engine it does not know as ENGINE_UNUSABLE', async () => {
    const request = { engine: 'no-such-engine', searchFrom: [] };
    await failsNaming(() => backend.start(request), 'ENGINE_UNUSABLE', 'no-such-engine');
  });

  test('starts the engine that is asked for, each that is said to be usable', async () => {
    const searchFrom = options.searchFrom ?? [process.cwd()];
    const others: string[] = [];
    for (const { name, usable } of await backend.engines({ searchFrom })) if (usable) others.push(name);
    await restart(async () => {
      for (const name of others) {
        const started = await backend.start({ engine: name, searchFrom });
        const { engine: runs } = started.info;
        await started.dispose();
        strictEqual(runs, name, `asked for ${name}, ${runs} was started`);
      }
    });
  });

  test('says what really runs, in plain JSON', async () => {
    const { info } = engine();
    strictEqual(info.backend, backend.name);
    ok(info.device !== '', 'the device has no name');
    ok(Object.keys(info.versions).length > 0, 'no version says what would compute the same bits');
    ok(Array.isArray(info.warnings), 'warnings is no array');
    deepStrictEqual(JSON.parse(JSON.stringify(info)), info);
  });

  test('accepts types that there are, each once, and some that float32 can become', async (skip) => {
    const { accepts } = engine();
    if (accepts === undefined) return skip('it accepts all');
    ok(Array.isArray(accepts), 'accepts is no array');
    const wrong = accepts.find((dtype) => !Object.hasOwn(bytesPerElement, dtype));
    ok(wrong === undefined, `accepts lists ${wrong}, which is no type`);
    strictEqual(new Set(accepts).size, accepts.length, 'accepts lists a type twice');
    const accepted = new Set(accepts);
    ok(accepted.has('float32') || conversionTo(accepted, 'float32'), 'accepts has no type for arrays of float32');
  });

  test('names every parameter, with the type and shape it is captured in', async () => {
    const session = await open();
    const state = await captured(session);
    const types = (entries: Iterable<readonly [string, Pick<TensorData, 'dtype' | 'shape'>]>) =>
      Object.fromEntries([...entries].map(([name, { dtype, shape }]) => [name, { dtype, shape: [...shape] }]));
    const listed = types(session.parameters.map((info) => [info.name, info] as const));
    deepStrictEqual(listed, types(state.parameters));
    await train(session, 0, 2);
    deepStrictEqual(listed, types((await session.capture()).parameters), 'captured after training');
    strictEqual(session.parameters.length, state.parameters.size, 'two parameters have one name');
    ok(
      session.parameters.some(({ trainable }) => trainable),
      'nothing is trainable',
    );
    ok(Array.isArray(session.warnings), 'warnings is no array');
    for (const tensors of [state.parameters, state.optimizer]) {
      for (const [name, value] of tensors) soundTensor(value, name);
    }
  });

  test('names them in one order, whichever session it is', async () => {
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

  test('gives configs modules by the names they import, at least one, none of them empty', async () => {
    ok(Object.keys(engine().modules).length > 0, 'there are no modules: name what configs import from your package');
    for (const [name, module] of Object.entries(engine().modules)) {
      ok(/^(@[^/]+\/)?[^./][^:]*$/.test(name), `"${name}" is no package's name`);
      ok(module !== null && ['object', 'function'].includes(typeof module), `the module ${name} is ${typeof module}`);
      ok(Object.keys(module as object).length > 0, `the module ${name} exports nothing`);
    }
  });

  test('brings more files for a checkpoint under plain names, if any', async () => {
    const session = await open();
    const { parameters } = await captured(session);
    let end = 8;
    const places = Array.from(parameters, ([name, { bytes }]) => {
      const place = { offset: end, length: bytes.length };
      end += bytes.length;
      return [name, place] as const;
    });
    const asked = { name: 'parameters.safetensors', places: new Map(places) };
    for (const [name, bytes] of (await session.checkpointFiles?.(asked)) ?? []) {
      ok(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name), `"${name}" is no plain name for a file`);
      ok(bytes instanceof Uint8Array && bytes.length > 0, `${name} is no file's content`);
    }
  });
}
