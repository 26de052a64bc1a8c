import { writeSync } from 'node:fs';
import { peakMemory } from './peak-memory.js';

/** For `node --import`: reports the peak memory of any process on its fourth stream. */
process.on('exit', () => void writeSync(3, String(peakMemory())));
