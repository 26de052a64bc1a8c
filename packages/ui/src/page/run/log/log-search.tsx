import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { findInTexts } from './find-in-text.js';
import type { LogBlock } from './log-text.js';

interface LogSearchProps {
  readonly frame: RefObject<HTMLElement | null>;
  readonly blocks: readonly LogBlock[];
}

const [allName, currentName] = ['log-match', 'log-current'];

/** Searches the text that is loaded. Matches are marked without any change of the document: a log can be long. */
export function LogSearch({ frame, blocks }: LogSearchProps) {
  const searched = useSignal('');
  const ranges = useSignal<readonly Range[]>([]);
  const at = useSignal(0);
  useLayoutEffect(() => {
    const nodes = [...frame.current!.querySelectorAll('pre')].map(({ firstChild }) => firstChild);
    const matches = findInTexts(
      nodes.map((node) => node?.textContent ?? ''),
      searched.value,
    );
    ranges.value = matches.map(({ text, at: start }) => rangeAt(nodes[text]!, start, searched.value.length));
    CSS.highlights?.set(allName, new Highlight(...ranges.value));
    return () => {
      CSS.highlights?.delete(allName);
      CSS.highlights?.delete(currentName);
    };
  }, [searched.value, blocks]);
  const show = (to: number) => {
    const range = ranges.value[to];
    if (range === undefined) return;
    at.value = to;
    CSS.highlights?.set(currentName, new Highlight(range));
    const element = frame.current!;
    const { top } = range.getBoundingClientRect();
    element.scrollTop += top - element.getBoundingClientRect().top - element.clientHeight / 2;
  };
  const step = (by: number) => show((at.value + by + ranges.value.length) % ranges.value.length);
  return (
    <>
      <input
        type="search"
        placeholder="Search"
        aria-label="Search in the log"
        onInput={({ currentTarget }) => {
          searched.value = currentTarget.value;
          at.value = -1;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          step(event.shiftKey ? -1 : 1);
        }}
      />
      <span class="muted" aria-live="polite">
        {searched.value === '' ? '' : resultText(ranges.value.length, at.value)}
      </span>
    </>
  );
}

function resultText(count: number, at: number): string {
  if (count === 0) return 'not in this part';
  return at < 0 ? `${count} found: Enter` : `${at + 1} of ${count}`;
}

function rangeAt(node: Node, start: number, length: number): Range {
  const range = document.createRange();
  range.setStart(node, start);
  range.setEnd(node, start + length);
  return range;
}
