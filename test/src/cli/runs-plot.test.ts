import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeCurveRuns } from './curve-runs.js';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';
import { hasTerminals, itPrintsItsScreens, screenOf } from './screen.js';

describe('forge runs plot', () => {
  let cwd: string;
  let results: string;
  before(async () => {
    cwd = await makeFolder();
    results = await writeCurveRuns(cwd);
  });
  after(() => removeFolder(cwd));

  const words = (metric: string, ...rest: string[]) => ['runs', 'plot', metric, ...rest, '--results-dir', 'curves'];
  const plot = (metric: string, ...rest: string[]) =>
    forge(words(metric, ...rest), { cwd, env: { LC_ALL: 'C.UTF-8' } });
  const failure = async (metric: string, ...rest: string[]) => {
    const { status, stdout, stderr } = await plot(metric, ...rest);
    expect([status, stdout]).to.deep.equal([2, '']);
    return stderr;
  };

  const all = ['digits/1', 'digits/2', 'digits/3'];
  itPrintsItsScreens({ name: 'plot-three-runs', words: words('train.loss', ...all) }, () => cwd);
  itPrintsItsScreens(
    { name: 'plot-smooth', words: words('train.loss,valid.loss', 'digits/1', '--smooth', '0.6') },
    () => cwd,
  );
  itPrintsItsScreens(
    { name: 'plot-log-time', words: words('valid.accuracy', 'digits', 'digits/2', '--log', 'y', '--x', 'time') },
    () => cwd,
  );
  itPrintsItsScreens({ name: 'plot-ascii', words: words('valid.loss', ...all, '--x', 'epoch', '--ascii') }, () => cwd);

  it('draws in ASCII where the locale is not UTF-8', async function () {
    if (!hasTerminals) return this.skip();
    for (const env of [{ LC_ALL: 'C' }, { TERM: 'linux' }] as Record<string, string>[]) {
      const lines = await screenOf(words('valid.loss', 'digits/1'), { cwd, columns: 80, env });
      expect(lines.join('\n')).to.match(/^[\x20-\x7e\n]*$/);
    }
  });

  it('gives each run its color on a terminal', async function () {
    if (!hasTerminals) return this.skip();
    const { stdout } = await forge(words('valid.loss', ...all), { cwd, env: { LC_ALL: 'C.UTF-8', FORCE_COLOR: '1' } });
    const colors = all.map((run) => new RegExp(`\\u001b\\[(\\d+)m. ${run}\\u001b`).exec(stdout)?.[1] ?? 'none');
    expect(new Set(colors).size).to.equal(3);
  });

  it('writes SVG with text, units, a line for each run, marks, and the addresses of the best values', async () => {
    const { status, stdout, stderr } = await plot(
      'train.loss,valid.accuracy',
      ...all,
      '--out',
      'figure.svg',
      '--smooth',
      '0.6',
    );
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^Wrote figure\.svg\ndigits\/1 best:train\.loss {2}0\.\d+ at step \d+\n/);
    const svg = await readFile(join(cwd, 'figure.svg'), 'utf8');
    expect(svg).to.match(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="6\.9in"/);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    expect(texts).to.include.members(['train.loss', 'valid.accuracy', 'step', '1000', ...all]);
    expect(svg).to.include('<title>digits/2 resume</title>').and.to.include('<title>digits/3 NaN</title>');
    expect(svg).to.match(/<title>digits\/1 best:valid\.accuracy 0\.\d+ at step \d+<\/title>/);
    const faint = [...svg.matchAll(/stroke-opacity/g)];
    expect(faint).to.have.length(6);
    // The third run has gaps at NaN and at Infinity.
    const raw = [...svg.matchAll(/<path d="([^"]+)"[^>]*stroke-opacity/g)].map(([, d]) => d!.split('M').length - 1);
    expect(raw).to.deep.equal([1, 1, 3, 1, 1, 1]);
  });

  it('writes both widths, time with its unit, and what a logarithmic axis cannot show', async () => {
    const text = await readFile(join(results, 'digits/1/metrics.jsonl'), 'utf8');
    await writeFile(join(results, 'digits/1/metrics.jsonl'), text.replace(/"loss":[\d.]+/, '"loss":0'));
    const options = ['--log', 'y', '--x', 'time', '--width', '3.3', '--out', 'narrow.svg'];
    expect((await plot('train.loss', 'digits/1', ...options)).status).to.equal(0);
    await writeFile(join(results, 'digits/1/metrics.jsonl'), text);
    const svg = await readFile(join(cwd, 'narrow.svg'), 'utf8');
    expect(svg).to.include('width="3.3in"').and.to.include('>time (min)<').and.to.include('>train.loss, log scale<');
    expect(svg).to.include('digits/1 train.loss: 1 value is not positive');
  });

  describe('--band', () => {
    const flagsFile = () => join(results, 'digits/3/flags.json');
    let flags: string;
    before(async () => {
      flags = await readFile(flagsFile(), 'utf8');
      const changed = JSON.parse(flags);
      changed.flags.steps.value = 2000;
      await writeFile(flagsFile(), JSON.stringify(changed));
    });
    after(() => writeFile(flagsFile(), flags));

    itPrintsItsScreens({ name: 'plot-band', words: words('valid.loss', ...all, '--band', 'range') }, () => cwd);

    it('prints the median and the band of each configuration with --json', async () => {
      const { stdout } = await plot('valid.loss', ...all, '--band', 'range', '--json');
      const { bands, runs } = JSON.parse(stdout);
      expect(bands.map(({ label, runs: of }: { label: string; runs: string[] }) => [label, of])).to.deep.equal([
        ['steps 1000', ['digits/1', 'digits/2']],
        ['steps 2000', ['digits/3']],
      ]);
      const [first, second] = runs.map(
        ({ curves }: { curves: { lines: { x: number[]; y: number[] }[] }[] }) => curves[0]!.lines[0]!,
      );
      const [{ x, middle, low, high }] = bands[0].bands;
      expect(x).to.deep.equal(first.x);
      expect([low, high]).to.deep.equal([first.y, second.y]);
      expect(middle[4]).to.be.closeTo((first.y[4] + second.y[4]) / 2, 1e-9);
      expect(bands[1].bands).to.deep.equal([]);
    });

    it('draws them in a figure with names and what they are', async () => {
      expect((await plot('valid.loss', ...all, '--band', 'quartiles', '--out', 'band.svg')).status).to.equal(0);
      const svg = await readFile(join(cwd, 'band.svg'), 'utf8');
      expect(svg)
        .to.include('>steps 1000<')
        .and.to.include('>steps 2000<')
        .and.to.include('band: middle half of 1 to 2 runs');
      expect(svg.match(/fill-opacity="0.18"/g)).to.have.length(1);
    });

    it('is refused where no two runs repeat a configuration', async () => {
      expect(await failure('valid.loss', 'digits/1', '--band', 'range')).to.match(
        /^Error: --band is for runs that repeat a configuration, but no two of these runs do\.\n {2}→ .*but for the seed/,
      );
    });
  });

  it('writes PNG of 300 dots an inch with text', async () => {
    const { status, stderr } = await plot('valid.loss', ...all, '--width', '3.3', '--out', 'figure.png');
    expect([status, stderr]).to.deep.equal([0, '']);
    const png = await readFile(join(cwd, 'figure.png'));
    expect(png.subarray(0, 8).toString('latin1')).to.equal('\x89PNG\r\n\x1a\n');
    expect(png.readUInt32BE(16)).to.equal(990);
    expect(png.length).to.be.greaterThan(10_000);
  });

  it('prints the points with --json, with infinities and NaN as text', async () => {
    const { stdout } = await plot('train.loss', 'digits/3', '--json');
    const { out, runs } = JSON.parse(stdout);
    expect(out).to.equal(null);
    const [curve] = runs[0].curves;
    expect([curve.metric, curve.direction, curve.values]).to.deep.equal(['train.loss', 'min', 200]);
    expect(curve.lines.map(({ x }: { x: number[] }) => [x[0], x.at(-1)])).to.deep.equal([
      [5, 295],
      [350, 595],
      [605, 1000],
    ]);
    expect(curve.notFinite[1]).to.deep.equal({ value: 'Infinity', x: [600] });
    expect(runs[0].checkpoints).to.deep.equal([200, 400, 600, 800, 1000]);
  });

  it('reports bad input in one line with the next step, and writes nothing', async () => {
    expect(await failure('valid.los', 'digits/1')).to.equal(
      'Error: digits/1 has no metric valid.los.\n' +
        '  → Did you mean valid.loss? It has train.loss, valid.accuracy, valid.loss.\n',
    );
    expect(await failure(',valid.loss', 'digits/1')).to.equal(
      'Error: METRIC ",valid.loss" has an empty part: a metric is missing.\n' +
        '  → Write the metric, or remove the comma.\n',
    );
    expect(await failure('loss', 'digits/1')).to.match(
      /^Error: "loss" is not the address of a metric\.\n {2}→ Write SPLIT/,
    );
    expect(await failure('valid.loss')).to.match(/^Error: forge runs plot requires a RUN\./);
    expect(await failure('valid.loss', 'digit/1')).to.match(
      /^Error: There is no run "digit\/1".*\n.*Did you mean digits\?/,
    );
    expect(await failure('valid.loss', 'digits', '--smooth', '1')).to.match(/^Error: --smooth .*0\.9999/);
    expect(await failure('valid.loss', 'digits', '--log', 'z')).to.match(/^Error: --log .*x, y, xy/);
    expect(await failure('valid.loss', 'digits', '--out', 'a.pdf')).to.match(/^Error: --out a\.pdf: .*\.svg and \.png/);
    for (const [flags, message] of [
      [['--width', '3.3'], /^Error: --width requires --out\./],
      [['--force'], /^Error: --force requires --out\./],
      [['--ascii', '--out', 'a.svg'], /^Error: --ascii is for plots in the terminal/],
      [['--out', 'missing/a.svg'], /^Error: Cannot write \S*a\.svg: the folder \S*missing does not exist\./],
      [['--out', 'curves/digits/1/a.svg', '--force'], /a\.svg is in the folder of the run \S*curves\/digits\/1,/],
    ] as const) {
      expect(await failure('valid.loss', 'digits', ...flags)).to.match(message);
    }
    await writeFile(join(cwd, 'mine.svg'), 'mine');
    expect(await failure('valid.loss', 'digits', '--out', 'mine.svg')).to.match(
      /mine\.svg already exists\.\n.*--force/,
    );
    expect(await readFile(join(cwd, 'mine.svg'), 'utf8')).to.equal('mine');
    expect(existsSync(join(cwd, 'a.pdf'))).to.equal(false);
  });

  it('prints no control characters of a metric name', async () => {
    const file = join(results, 'digits/1/metrics.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll('"accuracy"', '"\\u001b[2Jacc<b>"'));
    const { stdout } = await plot('valid.\x1b[2Jacc<b>', 'digits/1', '--out', 'evil.svg');
    const drawn = await plot('valid.\x1b[2Jacc<b>', 'digits/1');
    await writeFile(file, text);
    const svg = await readFile(join(cwd, 'evil.svg'), 'utf8');
    expect(`${svg}${stdout}${drawn.stdout}`.replaceAll('\n', '')).to.not.match(/\p{Cc}/u);
    expect(svg).to.include('\\x1b[2Jacc&lt;b&gt;');
  });
});
