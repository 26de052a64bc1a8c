import { expect } from 'chai';
import { cleanLog } from './clean-log.js';

describe('cleanLog', () => {
  it('removes colors, links, titles and movements of the cursor', () => {
    expect(cleanLog('\x1b[32mloss\x1b[39m 0.1 \x1b[1;38;5;12mx\x1b[0m\x1b[2K\x1b[?25l')).to.equal('loss 0.1 x');
    expect(cleanLog('\x1b]8;;http://evil\x07link\x1b]8;;\x07 \x1b]0;title\x1b\\!')).to.equal('link !');
  });

  it('shows the last state of a line that was written over', () => {
    expect(cleanLog('a\r\nb 1%\rb 50%\rb 100%\nc\r')).to.equal('a\nb 100%\nc');
  });

  it('escapes what is left of control characters, and what reorders text', () => {
    expect(cleanLog('a\x07b\x1b\u202ec\td\n')).to.equal('a\\x07b\\x1b\\u{202e}c\td\n');
  });

  it('leaves markup as text', () => {
    expect(cleanLog('<script>alert(1)</script>')).to.equal('<script>alert(1)</script>');
  });
});
