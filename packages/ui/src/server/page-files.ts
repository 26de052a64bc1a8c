import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Handler } from 'hono';
import { firstRowsAddress } from '../protocol/table.js';

/** Beside the bundled server; in this repository also for the one that is not bundled. */
const folder = fileURLToPath(
  new URL(import.meta.url.includes('/bundle/') ? './page' : '../../bundle/page', import.meta.url),
);

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** What the list asks for first, so that it comes while the script is still loading. */
const firstRequest = `<${firstRowsAddress}>; rel=preload; as=fetch; crossorigin`;

/** The files of the page, read once. Every other address is a view: the page decides what it shows. */
export function pageFiles(): Handler {
  const files = new Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = types[entry.name.split('.').at(-1)!] ?? 'application/octet-stream';
    files.set(path.slice(folder.length).replaceAll('\\', '/'), { bytes: new Uint8Array(readFileSync(path)), type });
  }
  return (context) => {
    const asset = files.get(context.req.path);
    if (asset === undefined && context.req.path.startsWith('/assets/')) return context.notFound();
    const { bytes, type } = asset ?? files.get('/index.html')!;
    const isNamedByContent = context.req.path.startsWith('/assets/');
    const cache = isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache';
    if (context.req.path === '/' && !context.req.url.includes('?')) context.header('link', firstRequest);
    return context.body(bytes, 200, { 'content-type': type, 'cache-control': cache });
  };
}
