import { expect } from 'chai';
import picocolors from 'picocolors';
import { renderBackendList } from './backend-list.js';
import { renderChecks } from './checks.js';

const colors = picocolors.createColors(false);

describe('lists with wide characters', () => {
  it('aligns checks', () => {
    const checks = [
      { name: 'node', status: 'ok', detail: '20.19.0' },
      { name: 'plugin 日本', status: 'warn', detail: 'old', remedy: 'Update it.' },
    ] as const;
    expect(renderChecks(checks, colors, 80)).to.equal(
      ['✓ node         20.19.0', '! plugin 日本  old', '               → Update it.'].join('\n'),
    );
  });

  it('aligns engines', () => {
    const engines = [
      { name: '電卓', usable: true, detail: 'ready' },
      { name: 'cpu', usable: false, detail: 'absent', remedy: 'Install it.' },
    ];
    const backend = { name: 'toy', package: 'toy', version: '1.0.0', engines, error: null };
    expect(renderBackendList([backend], colors, 80).split('\n').slice(1)).to.deep.equal([
      '  ✓ 電卓  ready (used unless --engine says otherwise)',
      '  – cpu   absent',
      '          → Install it.',
    ]);
  });
});
