import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The script and the style of a report's page. */
export interface ReportAssets {
  readonly script: string;
  readonly style: string;
}

/** Beside the bundled command; in this repository also for the one that is not bundled. */
const folder = new URL(import.meta.url.includes('/bundle/') ? './report/' : '../../bundle/report/', import.meta.url);

/** Reads what the build has made of the page of a report. */
export async function readReportAssets(): Promise<ReportAssets> {
  const text = (name: string) => readFile(fileURLToPath(new URL(name, folder)), 'utf8');
  return { script: await text('report.js'), style: (await text('report.css')).replaceAll('</style', '<\\/style') };
}
