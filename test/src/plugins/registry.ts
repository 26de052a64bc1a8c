import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { npm } from './npm.js';

/** What `npm publish` sends, and what `npm install` is answered with. */
interface Packument {
  readonly name: string;
  'dist-tags': Record<string, string>;
  versions: Record<string, { dist: { tarball: string; integrity?: string; shasum?: string } }>;
  _attachments?: Record<string, { data: string }>;
}

/**
 * A private registry on loopback: publish, a package's document, a tarball. It stands for a whole one, which would
 * bring more than three hundred packages and ten seconds into every installation of this repository.
 */
export class Registry {
  private readonly packages = new Map<string, Packument>();
  private readonly tarballs = new Map<string, Buffer>();

  private constructor(
    private readonly server: Server,
    private readonly upstream: string | undefined,
  ) {}

  /** @param upstream the registry that has what was not published here, with `/` at its end; none by default */
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
