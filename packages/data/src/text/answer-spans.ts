import { ValueProblem } from '@forge-ml/core/plugin';
import type { Message, RenderChat, Span } from './chat-template.js';

/** A conversation as text, and the parts of it that the assistant wrote. */
export interface Answers {
  readonly text: string;
  readonly spans: readonly Span[];
}

/**
 * Finds the answers in the text of a conversation: where the template marks them, or else from the end of what comes
 * before each, with the generation prompt, to the end of its turn.
 * @throws ValueProblem if an answer is not found
 */
export function answerSpans(messages: readonly Message[], render: RenderChat): Answers {
  const asks = messages.at(-1)!.role !== 'assistant';
  const { text, answers } = render(messages, asks);
  if (answers !== undefined) return { text, spans: answers };
  const spans: Span[] = [];
  messages.forEach(({ role, content }, at) => {
    if (role !== 'assistant') return;
    const from = startOf(text, messages.slice(0, at), content, render);
    const isLast = at === messages.length - 1;
    const to = isLast ? text.length : endOf(text, from, render(messages.slice(0, at + 1), false).text, content);
    spans.push({ from, to });
  });
  return { text, spans };
}

/**
 * Where an answer to messages begins. A prompt may begin what only the model writes, such as reasoning, which a
 * finished answer may not have: the answer begins where the two part.
 */
function startOf(text: string, before: readonly Message[], content: unknown, render: RenderChat): number {
  const prompt = render(before, true).text;
  const from = commonLength(text, prompt);
  if (from === prompt.length) return from;
  // The prompt's own part may differ; that of the messages may not.
  const messages = before.length === 0 ? 0 : render(before, false).text.length;
  if (from < messages) throw notFound();
  const written = writtenOf(content);
  const place = text.indexOf(written, messages);
  return written === '' || place < 0 ? from : Math.min(from, place);
}

/**
 * Where the turn of an answer ends. Its text may be another than when it was the last, without its reasoning for
 * instance: then the turn ends after its content and what ends the turn in both.
 */
function endOf(text: string, from: number, whenLast: string, content: unknown): number {
  if (text.startsWith(whenLast)) return whenLast.length;
  const written = writtenOf(content);
  const [place, found] = [whenLast.lastIndexOf(written), text.indexOf(written, from)];
  if (written === '' || place < 0 || found < 0) throw notFound();
  return found + commonLength(text.slice(found), whenLast.slice(place));
}

/** What templates write of a content in any case: they may drop reasoning, and spaces around. */
const writtenOf = (content: unknown) => (typeof content === 'string' ? content.split('</think>').at(-1)!.trim() : '');

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

const notFound = () =>
  new ValueProblem(
    'has an answer that the chat template writes in another way when messages follow it',
    'Make a conversation of each answer: end the messages with it.',
  );
