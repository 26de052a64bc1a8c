/** How often `run.json` is written while nothing else happens, ms: what tells a live run from a dead one elsewhere. */
export const heartbeatInterval = 10_000;
