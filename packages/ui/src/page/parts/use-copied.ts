import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { copyText } from './copy-text.js';

interface Copied {
  /** What was copied. */
  readonly name: string;
  readonly isDone: boolean;
}

/** How long it is said, ms. */
const moment = 2_000;

/** Copies texts, and keeps for a moment what was copied, to say so. */
export function useCopied(): {
  readonly last: Copied | null;
  /** @param name tells several texts apart; default: the text */
  readonly copy: (text: string, name?: string) => void;
} {
  const last = useSignal<Copied | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (text: string, name: string) => {
    last.value = { name, isDone: await copyText(text) };
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      last.value = null;
    }, moment);
  };
  return { last: last.value, copy: (text, name = text) => void copy(text, name) };
}

/** What a button says after it was pressed. */
export function copiedText({ isDone }: Copied): string {
  return isDone ? 'copied' : 'not copied';
}
