import { connect } from 'node:net';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, type Started, startForge } from './forge-process.js';

const rowsData = `
import { csv, defineData, flag, impute, oneHot, standardize, target } from '@forge-ml/core';
export default defineData({
  flags: { file: flag.path('train.csv', 'The table.') },
  load: ({ file, seed }) =>
    csv(file, { delimiter: ';' })
      .split({ valid: 0.2 })
      .prepare({ x: { age: impute('median').standardize(), plan: oneHot() }, y: { price: standardize().target() } })
      .shuffle(seed)
      .batch(8),
});
`;
const table = ['age;plan;price', ...Array.from({ length: 80 }, (_, n) => `${20 + (n % 40)};${n % 2};${100 + n}`)];
const train = ['train', '--backend', 'toy', '--model-config', 'model.ts', '--steps', '3', '--data-config'];

interface Serving {
  readonly url: string;
  readonly started: Started;
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<{ status: number; body: unknown }>;
}

describe('forge serve', () => {
  let cwd: string;
  const running: Started[] = [];
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd, {
      'rows.ts': rowsData,
      'train.csv': table.join('\n'),
      'sizes.json': '{ "inputs": 3, "hidden": 3 }\n',
    });
    for (const [config, name] of [
      ['rows.ts', 'sales'],
      ['data.ts', 'points'],
    ] as const) {
      const { status, stderr } = await forge([...train, config, '--run-name', name], { cwd });
      expect(status, stderr).to.equal(0);
    }
  });
  afterEach(async () => {
    for (const { child, finished } of running.splice(0)) {
      child.kill('SIGKILL');
      await finished;
    }
  });
  after(() => removeFolder(cwd));

  async function serve(...parameters: string[]): Promise<Serving> {
    const started = startForge(['serve', ...parameters, '--port', '0'], { cwd });
    running.push(started);
    let printed = '';
    started.child.stdout!.on('data', (chunk: string) => {
      printed += chunk;
    });
    await started.said(/http:\/\/[\w.]+:\d+\//);
    const [url] = /http:\/\/[\w.]+:\d+\//.exec(printed)!;
    const post: Serving['post'] = async (body, headers = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(`${url}predict`, { method: 'POST', body: text, headers });
      return { status: response.status, body: await response.json() };
    };
    return { url, started, post };
  }

  const row = { age: 30, plan: '1' };

  it('answers raw rows with the preprocessing of the run: one, a list, or instances', async () => {
    const { url, post } = await serve('sales');
    const one = await post(row);
    expect(one.status).to.equal(200);
    const { outputs } = one.body as { outputs: number };
    expect(outputs).to.be.within(50, 300);
    expect(await post([row, { plan: 0, age: null }])).to.have.nested.property('body[0].outputs', outputs);
    const { body } = await post({ instances: [row] }, { 'content-type': 'application/json' });
    expect(body).to.deep.equal({ predictions: [{ outputs }] });
    expect((await post([])).body).to.deep.equal([]);
    const health = await fetch(`${url}health`);
    expect([health.status, await health.json()]).to.deep.equal([200, { status: 'ok', model: 'sales/1 at step 3' }]);
    const text = await (await fetch(url)).text();
    expect(text)
      .to.include('sales/1 at step 3')
      .and.to.match(/^ {2}age {3}number$/m);
    expect(text).to.include(`curl ${url}predict -H 'content-type: application/json' -d '{"age":1,"plan":`);
  });

  it('answers many requests at once, each with its own predictions, and a wrong one fails alone', async () => {
    const { post } = await serve('sales', '--max-batch', '8', '--max-wait-ms', '5', '--max-queue', '500');
    const ages = Array.from({ length: 60 }, (_, at) => 20 + (at % 40));
    const alone = new Map<number, unknown>();
    for (const age of ages.slice(0, 40)) alone.set(age, (await post({ age, plan: '1' })).body);
    const answers = await Promise.all(
      ages.map((age, at) =>
        post(
          at % 7 === 3
            ? [
                { age, plan: '1' },
                { age: 'old', plan: '1' },
              ]
            : { age, plan: '1' },
        ),
      ),
    );
    for (const [at, { status, body }] of answers.entries()) {
      if (at % 7 !== 3) {
        const { outputs } = body as { outputs: number };
        expect(outputs).to.be.closeTo((alone.get(ages[at]!) as { outputs: number }).outputs, 1e-3);
      } else {
        expect(status).to.equal(400);
        expect(body).to.include({ code: 'DATA_INVALID', about: 'age' });
        expect((body as { message: string }).message).to.include('Column "age" of row 2');
      }
    }
  });

  it('answers raw rows with an exported folder, as the run does, and without preprocessing arrays', async () => {
    const run = await serve('sales');
    for (const [name, force] of [
      ['sales', []],
      ['sales', ['--force']],
      ['points', []],
    ] as const) {
      const args = ['export', name, '--format', 'toy-folder', '--out', `exported-${name}`, ...force];
      const { status, stderr } = await forge(args, { cwd });
      expect(status, stderr).to.equal(0);
    }
    const { post } = await serve('exported-sales');
    expect((await post([row, { plan: 0, age: null }])).body).to.deep.equal(
      (await run.post([row, { plan: 0, age: null }])).body,
    );
    expect((await post({ age: 30 })).body).to.include({ code: 'DATA_INVALID', message: 'Row 1 has no column "plan".' });
    const arrays = await serve('exported-points');
    expect((await arrays.post({ x: [0.5, -0.25, 0.125] })).status).to.equal(200);
  });

  it('answers arrays where the run has no preprocessing', async () => {
    const { url, post } = await serve('points');
    const x = [0.5, -0.25, 0.125];
    const one = (await post({ x })).body as { outputs: number[] };
    expect(one.outputs).to.have.length(1);
    expect((await post([{ x }, { x: x.map((value) => 2 * value) }])).body).to.have.deep.property('0', one);
    const base64 = Buffer.from(Float32Array.from(x).buffer).toString('base64');
    expect((await post({ x: { dtype: 'float32', shape: [3], base64 } })).body).to.deep.equal(one);
    expect(await (await fetch(url)).text()).to.match(/^ {2}x {2}float32\[3\]$/m);
    for (const [body, message] of [
      [{ x: [1, 2] }, 'x'],
      [{ x: [[1], [2, 3]] }, 'ragged'],
      [{ x: { shape: [3] } }, 'not an array of numbers'],
      [{ x: { dtype: 'float32', shape: [4], base64 } }, '16 bytes, but has 12'],
      [{ x: JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`) }, 'dimensions'],
    ] as const) {
      const answer = await post(body);
      expect([answer.status, (answer.body as { code: string }).code], message).to.deep.equal([400, 'DATA_INVALID']);
      expect((answer.body as { message: string }).message).to.include(message);
    }
  });

  it('says what is wrong with a request', async () => {
    const { url, post } = await serve('sales', '--max-body-mb', '0.01', '--no-code');
    for (const [body, status, code, message] of [
      ['{"age": 1', 400, 'INVALID', 'not valid JSON'],
      ['7', 400, 'INVALID', 'neither an example'],
      ['', 400, 'INVALID', 'not valid JSON'],
      [`[${'1,'.repeat(10_000)}1]`, 413, 'TOO_LARGE', '10000 bytes'],
      ['[7]', 400, 'DATA_INVALID', 'Row 1 is not an object'],
      [{ age: 1, plann: '1' }, 400, 'DATA_INVALID', 'no column "plan"'],
      [{ age: 'old', plan: '1' }, 400, 'DATA_INVALID', 'Column "age" of row 1'],
      [[row, { age: 1e300, plan: '1' }], 400, 'DATA_INVALID', 'row 2'],
    ] as const) {
      const answer = await post(body);
      expect([answer.status, (answer.body as { code: string }).code], String(message)).to.deep.equal([status, code]);
      expect((answer.body as { message: string }).message).to.include(message);
    }
    for (const [path, method, status] of [
      ['predict', 'GET', 405],
      ['health', 'POST', 405],
      ['nowhere', 'GET', 404],
    ] as const) {
      const answer = await fetch(`${url}${path}`, { method });
      expect([answer.status, Object.keys((await answer.json()) as object)]).to.deep.equal([
        status,
        ['code', 'message', 'hint'],
      ]);
    }
    expect((await post({ age: 30, plan: '1' })).status).to.equal(200);
  });

  it('refuses other names of this machine, and pages of other sites', async () => {
    const { url } = await serve('sales');
    const { port } = new URL(url);
    const ask = (headers: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(`GET /health HTTP/1.1\r\nconnection: close\r\n${headers}\r\n\r\n`);
        });
        let text = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        socket.on('close', () => resolve(text));
      });
    expect(await ask(`host: localhost:${port}`)).to.match(/^HTTP\/1\.1 200/);
    expect(await ask(`host: evil.example:${port}`)).to.match(/^HTTP\/1\.1 403[\s\S]*FOREIGN_HOST/);
    expect(await ask(`host: localhost:${port}\r\norigin: http://evil.example`)).to.match(/403[\s\S]*FOREIGN_ORIGIN/);
  });

  it('logs requests as lines, ends them in order when it is stopped, and exits with status 0', async function () {
    if (process.platform === 'win32') this.skip(); // Windows has no signals that a program can answer.
    const plain = await serve('sales', '--max-wait-ms', '200');
    await plain.post({ age: 'old', plan: 1 });
    const answers = Array.from({ length: 5 }, () => plain.post(row));
    await new Promise((resolve) => setTimeout(resolve, 100));
    plain.started.child.kill('SIGTERM');
    expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal(Array(5).fill(200));
    const end = await plain.started.finished;
    expect(end.status, end.stderr).to.equal(0);
    expect(end.stdout).to.match(/Z {2}\/predict {2}400 {2}1 example {2}[\d.]+ ms {2}DATA_INVALID: Column "age"/);
    expect(end.stdout.match(/\/predict {2}200/g)).to.have.length(5);

    const json = await serve('sales', '--json');
    await json.post(row);
    json.started.child.kill('SIGINT');
    const { status, stdout } = await json.started.finished;
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect([status, events.map(({ event }) => event)]).to.deep.equal([0, ['listening', 'request', 'stopped']]);
    expect(events[1]).to.include({ path: '/predict', status: 200, examples: 1 });
  });

  it('names what cannot be served', async () => {
    for (const [parameters, message] of [
      [['nothing'], 'nothing'],
      [['sales', '--step', '99'], '99'],
      [['sales', '--host', '!'], 'is not a name or an address'],
      [['node_modules'], 'No installed backend can open'],
      [['node_modules', '--no-code'], '--no-code has no effect on node_modules'],
    ] as const) {
      const { status, stderr } = await forge(['serve', ...parameters], { cwd });
      expect([status === 0, stderr.includes(message)], stderr).to.deep.equal([false, true]);
    }
  });

  it('warns where others can ask', async () => {
    const { started } = await serve('sales', '--host', '0.0.0.0');
    await started.said(/Everyone who reaches http.* can ask the model: there is no password/, 'stderr');
  });
});
