import { writeFileSync } from 'node:fs';

// Writes chats.jsonl, always the same: npx jiti examples/chat/write-chats.ts examples/chat/chats.jsonl
const names = [
  ...['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gus', 'Hanna', 'Ivo', 'Jana', 'Kim', 'Leo'],
  ...['Mia', 'Noah', 'Olga', 'Paul', 'Rosa', 'Sam', 'Tom', 'Uma', 'Vera', 'Will', 'Yara', 'Zoe'],
];
/** What is asked for, and the answer, with ? for the name. */
const requests = [
  ['Greet ?.', 'Hello, ?! It is good to see you.'],
  ['Say goodbye to ?.', 'Goodbye, ?! Have a safe trip.'],
  ['It is the birthday of ?.', 'Happy birthday, ?! Enjoy the cake.'],
  ['Thank ? for the help.', 'Thank you, ?! You saved my day.'],
  ['? is ill today.', 'Get well soon, ?! Stay in bed.'],
  ['? has won the race.', 'Well done, ?! You are the fastest.'],
  ['Wake up ?, please.', 'Good morning, ?! Breakfast is ready.'],
  ['? goes to bed now.', 'Good night, ?! Sleep well.'],
];
const lines = names.flatMap((name) =>
  requests.map(([question, answer]) => {
    const say = (role: string, text: string) => ({ role, content: text.replace('?', name) });
    return JSON.stringify({ messages: [say('user', question!), say('assistant', answer!)] });
  }),
);
const [file = 'chats.jsonl'] = process.argv.slice(2);
writeFileSync(file, `${lines.join('\n')}\n`);
