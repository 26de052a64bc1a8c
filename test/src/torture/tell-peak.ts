import { writeSync } from 'node:fs';
import { peakMemory } from './peak-memory.js';

/** For `node --import`: a process that is not ours tells on its fourth stream how much memory it has had at most. */
process.on('exit', () => void writeSync(3, String(peakMemory())));
