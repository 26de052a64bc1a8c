import type { PluginManifest } from '@forge-ml/core';
import { announcedKinds, toKebab } from '@forge-ml/core/cli';
import { printable } from '@forge-ml/core/text';
import type { InspectedPlugin } from '../actions/inspect-plugin.js';
import type { ListedPlugin } from '../actions/list-plugins.js';
import type { Colors } from '../terminal/colors.js';
import { shortPath } from '../terminal/paths.js';
import { type Column, renderTable } from '../terminal/table.js';
import { textWidth } from '../terminal/text-width.js';
import { wrapWords } from '../terminal/wrap.js';

/** One line: name, version and what the plugin provides. */
export function renderPlugin(found: PluginManifest, colors: Colors): string {
  const plugin = printable(found);
  return `${colors.bold(plugin.package)} ${plugin.version}  ${colors.dim(providedLine(plugin))}`.trimEnd();
}

/** A table of plugins, and their problems below. @param columns the width in terminal columns */
export function renderPluginList(found: readonly ListedPlugin[], colors: Colors, columns: number): string {
  const plugins = printable(found);
  const facts: Column<ListedPlugin>[] = [
    { title: 'PLUGIN', cell: (plugin) => colors.bold(plugin.package) },
    { title: 'VERSION', cell: ({ version }) => version },
    {
      title: 'FROM',
      cell: ({ from, folder }) => (from === 'linked' ? `linked ${shortPath(folder)}` : originOf(from)),
    },
  ];
  const whole = renderTable(plugins, [...facts, { title: 'PROVIDES', cell: providedLine }], colors.dim);
  const fits = whole.split('\n').every((line) => textWidth(line) <= columns);
  const table = fits ? whole : withProvidedBelow(plugins, renderTable(plugins, facts, colors.dim), colors, columns);
  const remarks = plugins.flatMap((plugin) => renderRemarks(plugin, colors));
  return remarks.length === 0 ? table : `${table}\n\n${remarks.join('\n')}`;
}

/** A table without room for what the plugins provide, and that below each line. */
function withProvidedBelow(plugins: readonly ListedPlugin[], table: string, colors: Colors, columns: number): string {
  const [titles, ...lines] = table.split('\n');
  const rows = lines.map((line, index) => {
    const provided = wrapWords(providedLine(plugins[index]!), columns - 2).replaceAll('\n', '\n  ');
    return provided === '' ? line : `${line}\n  ${colors.dim(provided)}`;
  });
  return [titles, ...rows].join('\n');
}

function renderRemarks({ usable, remarks }: ListedPlugin, colors: Colors): string[] {
  const mark = usable ? colors.yellow('!') : colors.red('✗');
  return remarks.flatMap(({ message, hint }) => [
    `${mark} ${message}`,
    ...(hint === null ? [] : [`  ${colors.dim('→')} ${hint}`]),
  ]);
}

/** Everything about one plugin, one fact a line. */
export function renderInspectedPlugin(found: InspectedPlugin, colors: Colors): string {
  const plugin = printable(found);
  const { installedAs, dependencies } = plugin;
  const facts: [string, string][] = [
    ['from', installedAs ?? originOf(plugin.from)],
    ['folder', plugin.folder],
    ['plugin port', String(plugin.port)],
    ...providedByKind(plugin),
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
  return [`${colors.bold(plugin.package)} ${plugin.version}\n${table}`, ...renderRemarks(plugin, colors)].join('\n');
}

/** Where a plugin is from, as a word. */
function originOf(from: ListedPlugin['from']): string {
  return from === 'forge' ? 'Forge' : from;
}

type Announced = Pick<PluginManifest, (typeof announcedKinds)[number] | 'flags'>;

/** What a plugin provides, by kind: `backends toy, null; commands greet:person`. */
function providedLine(plugin: Announced): string {
  return providedByKind(plugin)
    .map(([kind, names]) => `${kind} ${names}`)
    .join('; ');
}

function providedByKind(plugin: Announced): [string, string][] {
  const kinds = announcedKinds.map((kind): [string, readonly string[]] => [kind, plugin[kind]]);
  const flags = plugin.flags.map((name) => `--${toKebab(name)}`);
  return [...kinds, ['flags', flags] as const].flatMap(([kind, names]): [string, string][] =>
    names.length === 0 ? [] : [[kind, names.join(', ')]],
  );
}
