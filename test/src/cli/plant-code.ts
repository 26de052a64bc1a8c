import { execFileSync } from 'node:child_process';
import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';

/** Packages that Forge or its dependencies might load from the current folder. */
const packages = [
  ...['evil', 'forge-backend-evil', 'forge-plugin-evil', '@forge-ml/backend-evil', '@forge-ml/core', 'toy-plugin'],
  ...['@forge-ml/backend-tfjs', '@oclif/plugin-evil', '@oclif/plugin-legacy', 'jiti', 'esbuild', 'typescript', 'npm'],
  ...['onnxruntime-node', 'onnxruntime-web', '@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
];

/** The package.json of such a package, for Forge, oclif and Node. */
const manifest = {
  version: '1.0.0',
  main: './run.cjs',
  exports: { '.': './run.cjs', './*': './run.cjs', './package.json': './package.json' },
  binary: { module_name: 'run', module_path: './', napi_versions: [3] },
  forge: {
    plugin: './run.cjs',
    port: 1,
    backends: ['evil', 'toy', 'tfjs'],
    exporters: ['evil'],
    sinks: ['evil'],
    commands: ['pwn', 'runs:pwn'],
    flags: ['evil'],
  },
  oclif: { commands: './', hooks: { init: './run.cjs', prerun: './run.cjs', command_not_found: './run.cjs' } },
};

/**
 * Plants code in a folder in every way in which a program loads code from the current folder. When run, the code adds
 * its path as a line to a file.
 * @param folder must not contain packages yet: a linked one would be overwritten
 * @param mark the absolute path of that file
 */
export async function plantCode(folder: string, mark: string): Promise<void> {
  const marking = (name: string) =>
    `appendFileSync(${JSON.stringify(mark)}, ${JSON.stringify(`${join(folder, name)}\n`)});`;
  const esm = (name: string) => `import { appendFileSync } from 'node:fs';\n${marking(name)}\nexport default {};\n`;
  const cjs = (name: string) => `const { appendFileSync } = require('node:fs');\n${marking(name)}\n`;
  const shell = (name: string) =>
    `#!/bin/sh\necho ${JSON.stringify(join(folder, name))} >> ${JSON.stringify(mark)}\ncat\n`;
  const modules = packages.flatMap((name) => {
    const at = `node_modules/${name}`;
    return [
      [`${at}/package.json`, JSON.stringify({ name, ...manifest })],
      [`${at}/run.cjs`, cjs(`${at}/run.cjs`)],
    ];
  });
  const oclif = { plugins: ['@oclif/plugin-evil', './'], commands: './', hooks: { init: './evil.cjs' } };
  const dependencies = Object.fromEntries(packages.map((name) => [name, '*']));
  await writeFiles(folder, {
    ...Object.fromEntries(['forge.config.ts', 'forge.config.mts', 'forge.config.mjs'].map((name) => [name, esm(name)])),
    'forge.config.js': cjs('forge.config.js'),
    'evil.cjs': cjs('evil.cjs'),
    'evil.sh': shell('evil.sh'),
    'package.json': JSON.stringify({ ...manifest, name: 'sent', main: './evil.cjs', dependencies, oclif }),
    'tsconfig.json': JSON.stringify({
      extends: './evil.cjs',
      compilerOptions: { paths: { '*': ['./evil.cjs'] }, plugins: [{ transform: './evil.cjs' }] },
    }),
    '.npmrc': 'git=./evil.sh\nnode-options=--require ./evil.cjs\nscript-shell=./evil.sh\nignore-scripts=false\n',
    '.env': 'NODE_OPTIONS="--require ./evil.cjs"\n',
    'node.config.json': JSON.stringify({ nodeOptions: { require: ['./evil.cjs'] } }),
    '.gitattributes': '* filter=evil diff=evil\n',
    ...Object.fromEntries(modules),
  });
  for (const program of ['git', 'node', 'npm', 'nvidia-smi', 'ps']) {
    await symlink('evil.sh', join(folder, program)).catch(() => undefined);
  }
  await chmod(join(folder, 'evil.sh'), 0o755);
  plantInGit(folder);
}

/** Creates a repository whose settings make git run a program. */
function plantInGit(folder: string): void {
  const git = (...words: string[]) => execFileSync('git', ['-C', folder, ...words], { stdio: 'ignore' });
  git('init', '-q');
  const program = join(folder, 'evil.sh');
  const settings = ['core.fsmonitor', 'core.pager', 'core.editor', 'core.sshCommand', 'diff.external', 'gpg.program'];
  const filters = [
    'filter.evil.clean',
    'filter.evil.smudge',
    'filter.evil.process',
    'diff.evil.textconv',
    'diff.evil.command',
  ];
  for (const setting of [...settings, ...filters]) git('config', setting, program);
  for (const alias of ['--version', 'status', 'version'])
    git('config', `alias.${alias.replace(/^-+/, '')}`, `!${program}`);
}
