import { describeCell, isObject, requireOption, type Step, stepOptions, ValueProblem } from '@forge-ml/core/plugin';
import { answerSpans } from './answer-spans.js';
import { chatRenderer, type Message, type RenderChat } from './chat-template.js';
import { huggingFaceFiles } from './hugging-face-files.js';
import { ignoredLabel, madeArrays, namedArrays, type TextOptions, textOptions } from './text-arrays.js';
import { Tokenizer } from './tokenizer.js';

type Options = TextOptions & { readonly template: string };

const of = 'chat(tokenizer, options)';
const noTemplate = 'the tokenizer has no chat template: give one with { template }';

/**
 * Conversations for decoders: the messages as the chat template writes them, and labels that are −100 except where the next
 * token is of an answer of the assistant, so that the loss is of these only.
 */
export const encodeChat: Step<Options> = {
  kind: 'chat',
  version: 1,
  takes: ['text'],
  gives: 'arrays',
  options(given) {
    const defaults = { tokenizer: null, maxLength: null, arrays: null, vocabulary: null, template: null, pad: false };
    const options = stepOptions<Readonly<Record<string, never>>>(given, defaults as never, of, {
      max_length: 'maxLength',
      chat_template: 'template',
      chatTemplate: 'template',
    }) as unknown as { tokenizer: never; maxLength: null; arrays: null; template: string | null; pad: boolean };
    const text = textOptions(
      of,
      options,
      () => 0,
      () => ['input_ids', 'attention_mask', 'labels'],
    );
    const template = options.template ?? text.tokenizer.chatTemplate;
    requireOption(typeof template === 'string', of, noTemplate);
    return { ...text, template: template! };
  },
  isState: (state) => state === null,
  convert(options) {
    const tokenizer = new Tokenizer(options.tokenizer);
    const render = chatRenderer(options.tokenizer, options.template);
    return (value) => {
      const { ids, learned } = encodeAnswers(messagesOf(value), render, tokenizer);
      const { maxLength } = options;
      const cut = (values: readonly number[]) =>
        options.tokenizer.truncationSide === 'left' ? values.slice(-maxLength) : values.slice(0, maxLength);
      return namedArrays(options, { ids: cut(ids), learned: cut(learned) });
    };
  },
  arrays: madeArrays,
  size: ({ tokenizer }) => new Tokenizer(tokenizer).size,
  files: (options) => huggingFaceFiles(options, options.template),
};

/** A text is a prompt of the user, or messages as JSON. */
function messagesOf(value: unknown): readonly Message[] {
  if (typeof value !== 'string') throw new ValueProblem(`is ${describeCell(value as never)}, not messages as JSON`);
  if (!/^\s*\[/.test(value)) return [{ role: 'user', content: value }];
  let messages: unknown;
  try {
    messages = JSON.parse(value);
  } catch {
    return [{ role: 'user', content: value }];
  }
  const isMessage = (message: unknown) => isObject(message) && typeof message.role === 'string';
  if (Array.isArray(messages) && messages.length > 0 && messages.every(isMessage)) return messages as Message[];
  throw new ValueProblem(
    'is no list of messages',
    'Write [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}].',
  );
}

/** The tokens of a conversation, and those of them that the assistant wrote: −100 elsewhere. */
function encodeAnswers(messages: readonly Message[], render: RenderChat, tokenizer: Tokenizer) {
  const { text, spans } = answerSpans(messages, render);
  // The template writes special tokens itself.
  const encode = (part: string) => tokenizer.encode(part, { specialTokens: false }).ids;
  const ids = encode(text);
  const tokensBefore = (length: number): number => {
    if (length === text.length) return ids.length;
    const before = encode(text.slice(0, length));
    const different = before.findIndex((id, at) => id !== ids[at]);
    return different < 0 ? before.length : different;
  };
  const learned = ids.map(() => ignoredLabel);
  for (const { from, to } of spans) {
    const end = tokensBefore(to);
    for (let place = tokensBefore(from); place < end; place++) learned[place] = ids[place]!;
  }
  return { ids, learned };
}
