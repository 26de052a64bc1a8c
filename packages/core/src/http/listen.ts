import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ForgeError, messageOf } from '../errors/forge-error.js';

/** Ports that are tried if none was asked for. */
const tried = 20;

export interface ListenPlace {
  readonly host: string;
  /** The port asked for; 0 takes a free one. Null: the first free one from `firstPort` on. */
  readonly port: number | null;
  readonly firstPort: number;
}

/** Listens on a port. @returns the port. @throws ForgeError FLAG_INVALID */
export async function listen(server: Server, { host, port, firstPort }: ListenPlace): Promise<number> {
  const last = port ?? firstPort + tried - 1;
  for (let next = port ?? firstPort; ; next++) {
    try {
      return await listenOn(server, host, next);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && next < last) continue;
      throw refused(error, code, host, next);
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function refused(cause: unknown, code: string | undefined, host: string, port: number): ForgeError {
  if (code === 'EADDRINUSE') {
    const details = { about: 'port', hint: '--port 0 takes a free one.', cause };
    return new ForgeError('FLAG_INVALID', `Port ${port} of ${host} is in use.`, details);
  }
  if (code === 'EACCES') {
    const details = { about: 'port', hint: 'Choose one from 1024 on.', cause };
    return new ForgeError('FLAG_INVALID', `Port ${port} may not be used.`, details);
  }
  const hint = '--host takes a name or an address of this machine.';
  return new ForgeError('FLAG_INVALID', `Cannot listen on ${host}: ${messageOf(cause)}.`, {
    about: 'host',
    hint,
    cause,
  });
}
