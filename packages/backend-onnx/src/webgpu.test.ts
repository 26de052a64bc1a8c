import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * FORGE_ONNX_WEBGPU is the manifest of a Vulkan driver to run `webgpu` on; a software driver, such as SwiftShader's
 * vk_swiftshader_icd.json, is enough. It is not VK_DRIVER_FILES itself, so that other tests keep their engine.
 */
const driver = process.env.FORGE_ONNX_WEBGPU;

/** What takes a minute on a driver in software, and is tried on the cpu too: arrays that the process itself holds. */
const slow = process.env.FORGE_EVERY_OPTIMIZER === '1' ? [] : ['--invert', '--grep', 'in the process|do not pile up'];

describe('webgpu', () => {
  if (driver === undefined || driver === '') {
    it('is skipped: FORGE_ONNX_WEBGPU names no Vulkan driver, such as /usr/lib/chromium/vk_swiftshader_icd.json');
    return;
  }

  // In its own process: one that has found no driver never looks for one again.
  it('conforms, and computes the same as the cpu', async () => {
    const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
    const lane = fileURLToPath(new URL('./webgpu-lane.test.support.js', import.meta.url));
    const env = { ...process.env, VK_DRIVER_FILES: driver };
    const { stdout } = await promisify(execFile)(process.execPath, [mocha, ...slow, lane], { env }).catch((error) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    });
    const left =
      slow.length > 0 ? ' (with FORGE_EVERY_OPTIMIZER=1 also every optimizer and the slow tests of memory)' : '';
    console.log(`      ${stdout.trimEnd().split('\n').at(-1)}${left}`);
  }).timeout(900_000);
});
