import { LocalPool } from './local-pool.js';

/** Submits a batch, prints its ids, and goes on until it is killed. */
const pool = new LocalPool(1);
const ids = await pool.submit(JSON.parse(process.argv[2]!));
console.log(JSON.stringify(ids));
setInterval(() => undefined, 1000);
