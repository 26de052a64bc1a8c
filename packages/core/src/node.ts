/** File access for plugins that run in Node: `@forge-ml/core/node`. `@forge-ml/core/plugin`, with the rest, bundles for a browser. */

export { readTensorFile } from './api/data/read-tensor-file.js';
export { FileCheckpointStore } from './checkpoint/file-checkpoint-store.js';
export { noteFileRead } from './config/loader/note-file-read.js';
export type { ColumnKind, ColumnTable, TableColumn } from './data/column-table.js';
export { cacheFolder } from './fs/cache-folder.js';
export { fsError } from './fs/fs-error.js';
export { openRegularFile, readWholeFile } from './fs/open-regular-file.js';
export { copyToNewFile } from './fs/safe-files.js';
export { readCsvColumns } from './readers/csv/csv-columns.js';
export { locateFile, type ReaderFunction, readerFunction } from './readers/reader-function.js';
export { writeTensorFile } from './tensor/tensor-file.js';
export { localLauncher } from './train/launch/local/local-launcher.js';
export { threadLimit, threadsOf } from './worker/thread-limit.js';
export { WorkerChannel, type WorkerChannelOptions, type WorkerRequest } from './worker/worker-channel.js';
