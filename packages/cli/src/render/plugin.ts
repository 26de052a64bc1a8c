import type { PluginManifest } from '@forge-ml/core';
import type { InspectedPlugin } from '../data/inspect-plugin.js';
import type { ListedPlugin } from '../data/list-plugins.js';
import type { Colors } from './colors.js';
import { shortPath } from './paths.js';
import { renderTable } from './table.js';

/** One line: name, version and what it announces. */
export function renderPlugin(plugin: PluginManifest, colors: Colors): string {
  return `${colors.bold(plugin.package)} ${plugin.version}  ${colors.dim(brought(plugin))}`.trimEnd();
}

/** Plugins with where they came from and what they announce. */
export function renderPluginList(plugins: readonly ListedPlugin[], colors: Colors): string {
  return renderTable(
    plugins,
    [
      { title: 'PLUGIN', cell: (plugin) => colors.bold(plugin.package) },
      { title: 'VERSION', cell: ({ version }) => version },
      { title: 'FROM', cell: ({ from, folder }) => (from === 'linked' ? `linked ${shortPath(folder)}` : from) },
      { title: 'BRINGS', cell: brought },
    ],
    colors.dim,
  );
}

/** All there is to say of one plugin, a fact a line. */
export function renderInspectedPlugin(plugin: InspectedPlugin, colors: Colors): string {
  const { installedAs, dependencies } = plugin;
  const facts: [string, string][] = [
    ['from', installedAs ?? plugin.from],
    ['folder', plugin.folder],
    ['plugin port', String(plugin.port)],
    ...broughtByKind(plugin),
    ...dependencies.map(({ name, wanted, installed }): [string, string] => [
      'depends on',
      `${name} ${wanted} ${installed === null ? colors.red('is not installed') : colors.dim(`→ ${installed}`)}`,
    ]),
  ];
  const table = renderTable(
    facts,
    [
      { title: '', cell: ([name]) => `  ${colors.dim(name)}` },
      { title: '', cell: ([, value]) => value },
    ],
    colors.dim,
  );
  return `${colors.bold(plugin.package)} ${plugin.version}\n${table}`;
}

/** `backends toy, null; commands greet:person`: what a plugin announces, by kind. */
function brought(plugin: PluginManifest): string {
  return broughtByKind(plugin)
    .map(([kind, names]) => `${kind} ${names}`)
    .join('; ');
}

function broughtByKind(plugin: PluginManifest): [string, string][] {
  return Object.entries(plugin).flatMap(([kind, names]): [string, string][] =>
    Array.isArray(names) && typeof names[0] === 'string' ? [[kind, names.join(', ')]] : [],
  );
}
