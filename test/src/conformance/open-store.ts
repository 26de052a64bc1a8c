import { FileCheckpointStore } from '@forge-ml/core/node';

export const open = (folder: string) => new FileCheckpointStore(folder);
