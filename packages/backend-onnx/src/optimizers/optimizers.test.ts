import { describeOptimizerConformance } from '@forge-ml/core/testing';
import { runTrial } from './updates.test.support.js';

describeOptimizerConformance({ name: 'onnx on cpu', update: runTrial });
