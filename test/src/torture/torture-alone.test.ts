import { scenarios } from './scenarios.js';
import { describeSlices } from './slice.js';

describeSlices(scenarios.filter(({ alone }) => alone));
