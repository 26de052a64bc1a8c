import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * FORGE_ONNX_WEBGPU is the manifest of a Vulkan driver to run `webgpu` on; a driver in software, such as SwiftShader's
 * vk_swiftshader_icd.json, will do. It is not VK_DRIVER_FILES itself, so that other tests stay on the engine they had.
 */
const driver = process.env.FORGE_ONNX_WEBGPU;

describe('webgpu', () => {
  if (driver === undefined || driver === '') {
    it('is left out: FORGE_ONNX_WEBGPU names no Vulkan driver, such as /usr/lib/chromium/vk_swiftshader_icd.json');
    return;
  }

  // In a process of its own: one that has once found no driver does not look for one again.
  it('conforms, and computes what the cpu does', async () => {
    const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
    const lane = fileURLToPath(new URL('./webgpu-lane.test.support.js', import.meta.url));
    const env = { ...process.env, VK_DRIVER_FILES: driver };
    const { stdout } = await promisify(execFile)(process.execPath, [mocha, lane], { env }).catch((error) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    });
    console.log(`      ${stdout.trimEnd().split('\n').at(-1)}`);
  }).timeout(900_000);
});
