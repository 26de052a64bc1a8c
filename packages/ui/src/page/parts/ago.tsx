import { agoText, exactTime } from './ago-text.js';
import { now } from './now.js';

/** A relative time, exact under the pointer. @param time milliseconds since the Unix epoch */
export function Ago({ time }: { readonly time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={exactTime(time)}>
      {agoText(time, now.value)}
    </time>
  );
}
