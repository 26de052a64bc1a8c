import { isIPv6 } from 'node:net';
import { ForgeError } from '../errors/forge-error.js';

/**
 * The address to listen on, as browsers write it: they send `0:0:0:0:0:0:0:1` as `::1`, and `0` as `0.0.0.0`.
 * @throws ForgeError FLAG_INVALID
 */
export function listenHost(text: string): string {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  const isAddress = isIPv6(address);
  const url = `http://${isAddress ? `[${address}]` : text}`;
  if ((isAddress || /^[\p{L}\p{N}._-]+$/u.test(text)) && URL.canParse(url)) {
    return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  }
  throw new ForgeError('FLAG_INVALID', `${JSON.stringify(text)} is not a name or an address.`, {
    about: 'host',
    hint: '--host takes a name or an address of this machine, such as 0.0.0.0 for all of its addresses.',
  });
}
