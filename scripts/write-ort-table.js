// Generates the positions and signatures of the functions that packages/ort calls, from ONNX Runtime's C header:
// node scripts/write-ort-table.js onnxruntime_c_api.h
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version of the table that packages/ort asks for: the oldest that has all of these functions, with a margin. */
const apiVersion = 22;

const used = [
  ...['GetErrorCode', 'GetErrorMessage', 'ReleaseStatus'],
  ...['CreateEnv', 'DisableTelemetryEvents', 'GetAvailableProviders', 'ReleaseAvailableProviders'],
  ...['CreateSessionOptions', 'SetSessionGraphOptimizationLevel', 'SetIntraOpNumThreads', 'SetInterOpNumThreads'],
  ...[
    'AddSessionConfigEntry',
    'SetSessionLogSeverityLevel',
    'EnableProfiling',
    'DisableMemPattern',
    'DisableCpuMemArena',
    'ReleaseSessionOptions',
  ],
  ...['CreateCUDAProviderOptions', 'UpdateCUDAProviderOptions', 'SessionOptionsAppendExecutionProvider_CUDA_V2'],
  ...['ReleaseCUDAProviderOptions'],
  ...['CreateSessionFromArray', 'SessionEndProfiling', 'ReleaseSession'],
  ...['SessionGetInputCount', 'SessionGetInputName', 'SessionGetInputTypeInfo'],
  ...['SessionGetOutputCount', 'SessionGetOutputName', 'SessionGetOutputTypeInfo'],
  ...['CastTypeInfoToTensorInfo', 'GetTensorElementType', 'GetDimensionsCount', 'GetDimensions', 'ReleaseTypeInfo'],
  ...['CreateRunOptions', 'AddRunConfigEntry', 'RunOptionsSetTerminate', 'RunOptionsUnsetTerminate'],
  ...['ReleaseRunOptions'],
  ...['CreateMemoryInfo', 'MemoryInfoGetName', 'MemoryInfoGetId', 'MemoryInfoGetDeviceType', 'ReleaseMemoryInfo'],
  ...['GetAllocatorWithDefaultOptions', 'AllocatorFree'],
  ...['CreateTensorWithDataAsOrtValue', 'GetTensorMutableData', 'GetTensorTypeAndShape', 'GetTensorMemoryInfo'],
  ...['ReleaseTensorTypeAndShapeInfo', 'ReleaseValue'],
  ...['CreateIoBinding', 'BindInput', 'BindOutput', 'BindOutputToDevice', 'GetBoundOutputValues', 'RunWithBinding'],
  ...['ReleaseIoBinding'],
];

const header = readFileSync(process.argv[2], 'utf8');
const from = header.indexOf('\nstruct OrtApi {');
const table = header.slice(header.indexOf('{', from) + 1, header.indexOf('\n};', from));
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|^#[^\n]*$/gm;

/** The members in their order: each is a pointer to a function, so a position is an offset in pointers. */
const members = [];
for (const { 0: text, index } of table.replace(comments, ({ length }) => ' '.repeat(length)).matchAll(/[^;]+;/g)) {
  members.push({ ...memberOf(text.replace(/\s+/g, ' ').trim()), since: sinceOf(table.slice(0, index + text.length)) });
}

function memberOf(code) {
  const status = /^ORT_API2_STATUS\( ?(\w+)(?:, (.*))?\);$/.exec(code);
  if (status) return { name: status[1], returns: 'void *', takes: status[2] };
  const release = /^ORT_CLASS_RELEASE\((\w+)\);$/.exec(code);
  if (release) return { name: `Release${release[1]}`, returns: 'void', takes: 'void *it' };
  const value = /^ORT_API_T\( ?(.+?), (\w+), (.*)\);$/.exec(code);
  if (value) return { name: value[2], returns: typeOf(`${value[1]} it`), takes: value[3] };
  const plain = /^(.+?) ?\( ?ORT_API_CALL ?\* ?(\w+)\) ?\((.*?)\)(?: ?[A-Z_]+)*;$/.exec(code);
  if (plain) return { name: plain[2], returns: typeOf(`${plain[1]} it`), takes: plain[3] };
  throw new Error(`Not understood: ${code}`);
}

function parametersOf(list = '') {
  return list
    .split(/,(?![^(]*\))/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(typeOf);
}

/** The type in koffi's words. `path` is a text in the system's own encoding. */
function typeOf(declaration) {
  const output = /_Out|_Inout_updates/.test(declaration);
  const [, type, stars] = /^(.*?)((?: ?\* ?(?:const)?)*) ?(\w+)$/.exec(
    declaration
      .replace(/\b_[A-Z]\w*_\b(\(.*?\))?/g, '')
      .replace(/\bconst\b/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const depth = stars.replace(/[^*]/g, '').length;
  if (type === 'char' && depth === 1 && !output) return 'str';
  if (type === 'char' && depth === 2 && !output && /const char/.test(declaration)) return 'str *';
  if (type === 'ORTCHAR_T' && depth === 1) return 'path';
  if (depth > 0) return 'void *';
  if (/^(size_t|int64_t|int|uint32_t|void)$/.test(type)) return type;
  return 'int'; // An enumeration.
}

/** The release that added a member, by the comment before it: the 22nd of the table is 1.22. */
function sinceOf(text) {
  const comment = text.slice(text.lastIndexOf('/**'));
  const found = /\\since Version 1\.(\d+)/.exec(comment);
  return found === null ? undefined : Number(found[1]);
}

const lines = used.map((name) => {
  const at = members.findIndex((member) => member.name === name);
  if (at < 0) throw new Error(`The header has no ${name}.`);
  const { returns, takes, since } = members[at];
  if (since > apiVersion) throw new Error(`${name} was added in 1.${since}, after version ${apiVersion} of the table.`);
  return `  ${name}: { at: ${at}, returns: '${returns}', takes: [${parametersOf(takes)
    .map((type) => `'${type}'`)
    .join(', ')}] },`;
});
const version = /#define ORT_API_VERSION (\d+)/.exec(header)[1];
const notice = `// Generated by scripts/write-ort-table.js from onnxruntime_c_api.h of ONNX Runtime 1.${version}:
// Copyright (c) Microsoft Corporation. All rights reserved. Licensed under the MIT License.`;
const text = `${notice}

/** The version of the table of functions that is asked for. */
export const apiVersion = ${apiVersion};

/** Where each function is in the table (OrtApi; functions are only ever appended to it), and its types in koffi's words. */
export const functions = {
${lines.join('\n')}
} as const;
`;
writeFileSync(fileURLToPath(new URL('../packages/ort/src/native/functions.ts', import.meta.url)), text);
