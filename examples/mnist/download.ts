import { download } from '@forge-ml/core';

/** The four files as LeCun, Cortes and Burges published them: name, bytes, SHA-256. */
export const mnistFiles = [
  ['train-images-idx3-ubyte.gz', 9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
  ['train-labels-idx1-ubyte.gz', 28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
  ['t10k-images-idx3-ubyte.gz', 1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
  ['t10k-labels-idx1-ubyte.gz', 4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
] as const;

type PublishedFile = readonly [file: string, size: number, sha256: string];

const published = 'https://ossci-datasets.s3.amazonaws.com/mnist';
const mirror = 'https://storage.googleapis.com/cvdf-datasets/mnist';

/** Downloads the missing files of MNIST into a folder. @throws ForgeError DATA_UNAVAILABLE if no server has a valid file */
export async function downloadMnist(
  folder: string,
  files: readonly PublishedFile[] = mnistFiles,
  [server, ...mirrors]: readonly [string, ...string[]] = [published, mirror],
): Promise<void> {
  for (const [file, size, sha256] of files) {
    await download(`${server}/${file}`, { folder, size, sha256, mirrors: mirrors.map((other) => `${other}/${file}`) });
  }
}
