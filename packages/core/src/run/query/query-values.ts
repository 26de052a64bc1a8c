const units: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  min: 60,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** A number as people write it: `1e-3`, `1_000`, `inf`, `nan`; undefined for other text. */
export function readNumber(text: string): number | undefined {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const plain = text.replace(/(?<=\d)_(?=\d)/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

/** Seconds of a duration: `90` (seconds), `12h`, `1h30m`, `7d`; undefined for other text. */
export function readDuration(text: string): number | undefined {
  const number = readNumber(text);
  if (number !== undefined) return number;
  if (!/^(\d+(\.\d+)?[a-z]+)+$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/gi)) {
    const factor = units[unit!.toLowerCase()];
    if (factor === undefined) return undefined;
    seconds += Number(amount) * factor;
  }
  return seconds;
}

/** Seconds of a duration that names its unit: `12h`, not `12`, of which it is unclear what is meant. */
export function readAge(text: string): number | undefined {
  return readNumber(text) === undefined ? readDuration(text) : undefined;
}

/** Times from `start` up to `end`, ms since the Unix epoch: a day is all its times. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The times that a date means, in local time if it names no zone: `2026-01-31`, `2026-01-31T14:05`, `7d ago`, `today`,
 * `yesterday`. Undefined for other text.
 */
export function readTime(text: string, now: number): TimeSpan | undefined {
  const ago = /^(.+) ago$/i.exec(text)?.[1];
  const age = ago === undefined ? undefined : readAge(ago);
  if (age !== undefined) return instant(now - age * 1000);
  if (/^(today|yesterday)$/i.test(text)) return dayOf(now, text.toLowerCase() === 'today' ? 0 : -1);
  const match = /^(\d{4})-(\d\d)-(\d\d)([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, time, seconds, fraction] = match;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // `new Date` turns 31 April into 1 May.
  if (date.getMonth() !== Number(month) - 1 || date.getDate() !== Number(day)) return undefined;
  if (time === undefined) return dayOf(date.getTime(), 0);
  const start = Date.parse(text.replace(' ', 'T'));
  if (Number.isNaN(start)) return undefined;
  return { start, end: start + (fraction !== undefined ? 1 : seconds !== undefined ? 1000 : 60_000) };
}

function instant(time: number): TimeSpan {
  return { start: time, end: time + 1 };
}

/** A day is 23 or 25 hours long where clocks change. */
function dayOf(time: number, shift: number): TimeSpan {
  const [start, end] = [new Date(time), new Date(time)];
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() + shift);
  end.setHours(0, 0, 0, 0);
  end.setDate(end.getDate() + shift + 1);
  return { start: start.getTime(), end: end.getTime() };
}
