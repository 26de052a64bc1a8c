import { writeFileSync } from 'node:fs';
import { RandomStream } from '@forge-ml/core';

// Writes invented messages of customers, always the same:
// npx jiti examples/text-classifier/draw-messages.ts examples/text-classifier/messages.csv
const topics = {
  billing: [
    'my invoice is too high',
    'you charged my card twice',
    'I need a refund',
    'the receipt shows a wrong price',
  ],
  delivery: ['my parcel has not arrived', 'the courier lost the box', 'where is my order', 'the package came broken'],
  account: ['I forgot my password', 'my login does not work', 'please change my email', 'I cannot sign in any more'],
};
const openings = ['Hello,', 'Hi,', 'Good morning.', 'Dear team,', ''];
const endings = ['Please help!', 'Thanks.', 'What can I do?', 'It is urgent.', ''];

/** A table as text, with columns `text` and `topic`. */
export function drawMessages(count: number): string {
  const random = RandomStream.of(0, 'messages');
  const lines = Array.from({ length: count }, (_, index) => {
    const message = random.child(index);
    const pick = <T>(from: readonly T[]) => from[message.below(from.length)]!;
    const [topic, sentences] = pick(Object.entries(topics));
    const text = [pick(openings), `${pick(sentences)}.`, pick(endings)].join(' ').trim();
    return `"${text}",${topic}`;
  });
  return `${['text,topic', ...lines].join('\n')}\n`;
}

const [file] = process.argv.slice(2);
if (import.meta.filename === process.argv[1] && file !== undefined) writeFileSync(file, drawMessages(240));
