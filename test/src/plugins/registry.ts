import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { npm } from './npm.js';

/** The document that `npm publish` sends and `npm install` gets. */
interface Packument {
  readonly name: string;
  'dist-tags': Record<string, string>;
  versions: Record<string, { dist: { tarball: string; integrity?: string; shasum?: string } }>;
  _attachments?: Record<string, { data: string }>;
}

/**
 * A registry on the loopback interface, with the requests that npm needs: publish, a package's document, a tarball. A
 * complete registry would add three hundred packages and ten seconds to every installation of this repository.
 */
export class Registry {
  private readonly packages = new Map<string, Packument>();
  private readonly tarballs = new Map<string, Buffer>();

  private constructor(
    private readonly server: Server,
    private readonly upstream: string | undefined,
  ) {}

  /** @param upstream URL of the registry for packages not published here, ending in `/`. Default: none */
  static async start(upstream?: string): Promise<Registry> {
    const server = createServer();
    const registry = new Registry(server, upstream);
    server.on('request', (request, response) => {
      registry.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async publish(tarball: string): Promise<void> {
    const token = `--${this.url.slice('http:'.length)}:_authToken=none`;
    await npm(['publish', tarball, `--registry=${this.url}`, token, '--tag=latest']);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url!.slice(1).split('?')[0]!);
    if (request.method === 'PUT') {
      this.store(JSON.parse(await textOf(request)) as Packument);
      response.writeHead(201).end('{}');
      return;
    }
    const found = this.tarballs.get(path) ?? this.packages.get(path);
    if (found === undefined && this.upstream !== undefined) {
      response.writeHead(302, { location: this.upstream + request.url!.slice(1) }).end();
    } else if (found === undefined) response.writeHead(404).end('{"error":"not found"}');
    else response.end(Buffer.isBuffer(found) ? found : JSON.stringify(found));
  }

  private store({ _attachments = {}, ...sent }: Packument): void {
    for (const [file, { data }] of Object.entries(_attachments)) {
      const bytes = Buffer.from(data, 'base64');
      const path = `tarballs/${file}`;
      this.tarballs.set(path, bytes);
      const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
      for (const version of Object.values(sent.versions)) version.dist = { tarball: this.url + path, integrity };
    }
    const known = this.packages.get(sent.name);
    this.packages.set(sent.name, {
      ...sent,
      'dist-tags': { ...known?.['dist-tags'], ...sent['dist-tags'] },
      versions: { ...known?.versions, ...sent.versions },
    });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
