import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { LiveLine } from './live-line.js';

/** What a terminal shows of what was written, down to the cursor's line, and whether the cursor is hidden. */
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

function terminal() {
  let written = '';
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  stream.isTTY = true;
  stream.columns = 60;
  stream.write = ((text: string) => {
    written += text;
    return true;
  }) as NodeJS.WriteStream['write'];
  return { stream, shown: () => screen(written) };
}

describe('LiveLine', () => {
  it('stays the last line, whatever is written meanwhile and however it is cut', () => {
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

  it('draws past what was wrapped around the stream after it, so that no log holds it', () => {
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
