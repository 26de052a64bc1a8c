import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { sha256 } from '../../fs/checksum.js';
import { encodeManifest, type Manifest, parseManifest } from './manifest.js';

const manifest: Manifest = {
  step: 3,
  time: '2030-01-02T03:04:05.678Z',
  data: { epoch: 0, batch: 3 },
  random: { algorithm: 'counter', seed: 1 },
  engine: { backend: 'numeric', engine: 'plain', device: 'cpu', versions: {}, settings: {}, warnings: [] },
  metrics: { valid: { loss: Infinity } },
  state: {},
  files: new Map([['parameters.safetensors', { bytes: 8, checksum: sha256('x') }]]),
};
const parse = (text: string): Manifest => parseManifest(Buffer.from(text), '/run/checkpoint.json');

/** Adds the checksum to changed content as the format specifies. */
function signed(change: (content: Record<string, unknown>) => void): string {
  const content = JSON.parse(encodeManifest(manifest));
  delete content.checksum;
  change(content);
  const before = `${JSON.stringify(content, null, 2).slice(0, -2)},\n`;
  return `${before}  "checksum": "sha256:${createHash('sha256').update(before).digest('hex')}"\n}\n`;
}

describe('checkpoint manifest', () => {
  it('survives a round trip', () => {
    expect(parse(encodeManifest(manifest))).to.deep.equal(manifest);
    expect(signed(() => undefined)).to.equal(encodeManifest(manifest));
  });

  it('holds the checksum of all but its last 90 bytes, as the format specifies', () => {
    const text = encodeManifest(manifest);
    expect(text.slice(-90)).to.equal(`  "checksum": "${sha256(text.slice(0, -90))}"\n}\n`);
  });

  it('of a later format version is refused as such, not as corrupt', () => {
    const later = signed((content) => {
      content.formatVersion = 3;
    });
    expect(() => parse(later))
      .to.throw('format version 3; this Forge reads 1 to 2')
      .with.property('code', 'RUN_INVALID');
  });

  for (const [field, value] of [
    ['step', -1],
    ['time', 5],
    ['data', { epoch: 0 }],
    ['random', undefined],
    ['engine', {}],
    ['metrics', { valid: { loss: null } }],
    ['files', { 'x.bin': { bytes: 1, checksum: 'md5:0' } }],
    ['files', { '../x': { bytes: 1, checksum: sha256('') } }],
    ['files', { '/etc/passwd': { bytes: 1, checksum: sha256('') } }],
    ['files', { 'checkpoint.json': { bytes: 1, checksum: sha256('') } }],
  ] as const) {
    it(`with an invalid ${field} (${JSON.stringify(value)}) is refused though its checksum matches`, () => {
      const text = signed((content) => {
        content[field] = value;
      });
      expect(() => parse(text)).to.throw(new RegExp(`its "${field}["./].* is invalid|its "files" names "`));
    });
  }
});
