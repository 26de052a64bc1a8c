import { hostname, networkInterfaces } from 'node:os';

/** Whether a name or an address is this machine for itself only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

const everywhere = ['0.0.0.0', '::'];

/** The host of a URL that leads to an address that is listened on. */
export function nameInUrl(host: string): string {
  if (everywhere.includes(host)) return hostname();
  return host.includes(':') ? `[${host}]` : host;
}

/** A test of the `Host` of a request: a page of another site reaches this server by a name of that site. */
export function ownHosts(host: string): (header: string | undefined) => boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const others = everywhere.includes(host) ? [...addresses, hostname(), `${hostname()}.local`] : [host];
  const own = new Set(others.map((name) => name.toLowerCase()));
  return (header) => {
    const name = nameOf(header ?? '');
    return name !== undefined && (isLoopback(name) || own.has(name));
  };
}

/** The name in `NAME:PORT` or `[ADDRESS]:PORT`. Any port: a tunnel has another one. */
function nameOf(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
