import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request was made for, or by, another site: its `Host` is a name that DNS rebinding leads here, or a page of
 * another origin sent it. Undefined: neither. Programs that are no browsers send no `Origin`.
 */
export function foreignRequest(
  { host, origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>,
  isOwnHost: (header: string | undefined) => boolean,
): 'host' | 'origin' | undefined {
  if (!isOwnHost(host)) return 'host';
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host ? 'origin' : undefined;
}
