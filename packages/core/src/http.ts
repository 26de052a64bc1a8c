/** Servers of this machine, such as `forge ui` and `forge serve`: `@forge-ml/core/http`. */

export { foreignRequest } from './http/foreign-request.js';
export { type ListenPlace, listen } from './http/listen.js';
export { listenHost } from './http/listen-host.js';
export { isLoopback, nameInUrl, ownHosts } from './http/own-hosts.js';
