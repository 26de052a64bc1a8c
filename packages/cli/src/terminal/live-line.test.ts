import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { LiveLine } from './live-line.js';

/** The lines a terminal shows after the written bytes, and whether the cursor is hidden. */
function screen(written: string): { lines: string[]; cursorHidden: boolean } {
  const lines: string[] = [];
  let [row, column] = [0, 0];
  let cursorHidden = false;
  for (const [token] of written.replaceAll('\u001b[', '«').matchAll(/«[?\d]*[a-zA-Z]|[\s\S]/g)) {
    const line = lines[row] ?? '';
    if (token === '«?25l' || token === '«?25h') cursorHidden = token === '«?25l';
    else if (token === '«2K') lines[row] = '';
    else if (token === '«1A') row--;
    else if (token === '«G') column = 0;
    else if (token === '\n') [row, column] = [row + 1, 0];
    else if (token.length > 1) throw new Error(`This terminal does not know ${token}.`);
    else lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(++column);
  }
  const last = Math.max(row, lines.findLastIndex(Boolean));
  return { lines: Array.from({ length: last + 1 }, (_, index) => lines[index] ?? ''), cursorHidden };
}

function terminal(columns = 60) {
  let written = '';
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  stream.isTTY = true;
  stream.columns = columns;
  stream.write = ((text: string) => {
    written += text;
    return true;
  }) as NodeJS.WriteStream['write'];
  return { stream, written: () => written, shown: () => screen(written) };
}

describe('LiveLine', () => {
  it('stays the last line while other output is written, in whatever chunks', () => {
    const { stream, shown } = terminal();
    const live = new LiveLine(stream);
    live.start([stream]);
    live.draw('bar 1');
    expect(shown()).to.deep.equal({ lines: ['bar 1', ''], cursorHidden: true });
    stream.write('a line\n');
    live.draw('bar 2, longer');
    stream.write('half');
    live.draw('bar 3');
    expect(shown().lines).to.deep.equal(['a line', 'half']);
    stream.write(' and half\n');
    live.draw('bar 4');
    expect(shown().lines).to.deep.equal(['a line', 'half and half', 'bar 4', '']);
    stream.write('\u001b[?25l');
    live.draw('bar 5');
    expect(shown().lines).to.deep.equal(['a line', 'half and half', 'bar 5', '']);
    live.stop();
    stream.write('end\n');
    expect(shown()).to.deep.equal({ lines: ['a line', 'half and half', 'end', ''], cursorHidden: false });
  });

  it('wraps a line that is wider than the terminal between characters, and erases all of it', () => {
    const { stream, written, shown } = terminal(40);
    const live = new LiveLine(stream);
    live.start([stream]);
    live.draw(`${'日本語'.repeat(7)} cafe\u0301 👍`);
    expect(stripVTControlCharacters(written()).split('\n')).to.deep.equal([
      '日本語日本語日本語日本語日本語日本語日本',
      '語 café 👍',
      '',
    ]);
    live.stop();
    expect(shown().lines).to.deep.equal(['']);
  });

  it('does not write through later wrappers of the stream, so that no log contains it', () => {
    const { stream, shown } = terminal();
    const live = new LiveLine(stream);
    const logged: string[] = [];
    const write = stream.write;
    stream.write = ((text: string) => {
      logged.push(text);
      return write.call(stream, text);
    }) as NodeJS.WriteStream['write'];
    live.start([stream]);
    live.draw('bar');
    stream.write('line\n');
    live.stop();
    expect(logged).to.deep.equal(['line\n']);
    expect(shown().lines).to.deep.equal(['line', '']);
  });
});
