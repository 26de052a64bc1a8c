import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeJson } from '../protocol/plain-json.js';
import type { ReportContent } from '../protocol/report-content.js';
import { readReportAssets } from './report-assets.js';
import { jsonInHtml, reportHtml } from './report-html.js';

const assets = { script: 'let a = 1 < 2;', style: 'body { margin: 0 }' };
const empty: ReportContent = {
  version: '1.0.0',
  runs: [],
  comparison: null,
  importance: {},
  codes: {},
  codeTexts: {},
  codeDiffs: [],
};
const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('reportHtml', () => {
  it('allows its own scripts and style by their hashes, and nothing else', () => {
    const html = reportHtml(empty, 'churn/1', assets);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    const [, loader] = /<script>([^<]*)<\/script>/.exec(html)!;
    expect(policy.split('; ')).to.deep.equal([
      "default-src 'none'",
      `script-src '${hashOf(loader!)}' '${hashOf(assets.script)}'`,
      `style-src '${hashOf(assets.style)}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    const [, packed] = /id="report-script">([^<]*)<\/script>/.exec(html)!;
    expect(gunzipSync(Buffer.from(packed!, 'base64')).toString()).to.equal(assets.script);
    expect(html).to.include(`<style>${assets.style}</style>`);
  });

  it('adds at most 150 kB to its data, with its script and style', async () => {
    const html = reportHtml(empty, 'churn/1', await readReportAssets());
    expect(Buffer.byteLength(html)).to.be.at.most(150_000);
  });

  it('escapes its title', () => {
    expect(reportHtml(empty, '</title><script>"\'&', assets)).to.include(
      '<title>&lt;/title&gt;&lt;script&gt;&quot;&#39;&amp;</title>',
    );
  });
});

describe('jsonInHtml', () => {
  it('has no character that could end its element, and is read as it was', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</script>', '<!--', '<script', ']]>', '\u2028', '&lt;'),
    );
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.double())), (value) => {
        const json = jsonInHtml(value);
        expect(json).to.not.match(/[<>&\u2028\u2029]/);
        expect(String(JSON.stringify(decodeJson(json)))).to.equal(JSON.stringify(value));
      }),
    );
  });
});
