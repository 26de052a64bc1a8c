import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { encodeJson } from '../protocol/plain-json.js';
import type { ReportContent } from '../protocol/report-content.js';
import type { ReportAssets } from './report-assets.js';

/**
 * The file of a report. It makes no request: its policy allows only its own script and style, by their hashes, and images
 * that are in it. The script is compressed, and a small one runs it: so the file is half as large.
 */
export function reportHtml(content: ReportContent, title: string, { script, style }: ReportAssets): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(loader)}' '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This report draws its curves and tables with its own script, which this browser does not run.</noscript>
<script type="application/json" id="report-content">${jsonInHtml(content)}</script>
<script type="text/plain" id="report-script">${gzipSync(script, { level: 9 }).toString('base64')}</script>
<script>${loader}</script>
</body>
</html>
`;
}

/** Runs the compressed script. The policy has its hash too. */
const loader = `
const place = document.querySelector('#app');
if (typeof DecompressionStream === 'undefined') {
  place.textContent = 'This browser is too old for the report: it has no DecompressionStream.';
} else {
  const packed = document.querySelector('#report-script').textContent;
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  new Response(stream).text().then((text) => {
    const script = document.createElement('script');
    script.textContent = text;
    document.body.append(script);
  });
}
`;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON that no text in it can end: without `<`, `>`, `&`, and the line ends of JavaScript. */
export function jsonInHtml(value: unknown): string {
  return encodeJson(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
