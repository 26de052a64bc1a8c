import type { Exception, Word } from './find-words.js';

/** Idiom, by subject. In a sentence and in a name alike. */
const sentences: readonly Word[] = [
  // A run.
  { find: '(take|takes|taken|taking|took) (it |them |a run |the run )?up', use: 'resume' },
  { find: '(go|goes|going|gone|went) on with', use: 'continue, or resume' },
  { find: 'begun', use: 'started' },
  { find: 'at work', use: 'running, or in use' },
  { find: 'for dead', use: 'say that the process has ended' },
  { find: '(come|comes|came) to rest', use: 'stop, or settle' },
  { find: 'still ours', use: 'the lease is held' },
  // A checkpoint.
  { find: 'sound', use: 'valid' },
  { find: 'damaged checkpoints?|checkpoints?( \\d+)? (is|are|was|were) damaged', use: 'corrupt' },
  { find: '(step|steps|stepped|stepping) over', use: 'skip' },
  { find: '(put|puts|putting|set|sets|setting) aside', use: 'quarantine, or move' },
  { find: '(save|saves|saved|saving) behind', use: 'save asynchronously' },
  { find: 'behind (the|its|their|slow) steps', use: 'in the background' },
  // A flag, an option or a package.
  { find: 'left out|(leave|leaves|leaving) (it|them|this|that) out', use: 'omitted, default or excluded' },
  { find: 'bring|brings|brought|bringing', use: 'provide, install or restore' },
  { find: 'how manieth', use: 'index' },
  // A file or a value.
  { find: '(stand|stands|stood|standing) (there|in|beside)', use: 'is in, is next to or is already set' },
  { find: '(lie|lies|lay|lying) (in|beside|there|elsewhere|outside|inside|under|around)', use: 'is in, or is next to' },
  // People and messages.
  { find: 'somebody', use: 'name who: a user, another process' },
  { find: 'nobody', use: 'name who: no user, no process' },
  { find: 'whoever', use: 'name who: a reader, a caller' },
  { find: 'told|(tell|tells|telling) (of|by)', use: 'passed, reported, shown or called with' },
  { find: 'said of', use: 'reported for' },
  // Anything.
  { find: 'without ado|ado', use: 'directly' },
  { find: '(is|are|was|were) to be made', use: 'make, or must be made' },
  { find: 'made small', use: 'minimize' },
  { find: '(let|lets|letting) go', use: 'dispose, release or drop' },
  { find: 'anew', use: 'again' },
  { find: 'whence', use: 'from where' },
  { find: 'heed|heeds|heeded', use: 'check, or follow' },
  { find: 'as good as', use: 'the same as, or almost' },
  { find: 'everything random is a function of', use: 'seed for all randomness' },
];

/** Names that were private idiom, and the terms of the field. */
const names: readonly Word[] = [
  // Checkpoints and runs.
  { find: 'remove later', use: 'discardCheckpointsAfter' },
  { find: 'holds na n', use: 'hasNaN', inNames: true },
  { find: 'moved state', use: 'transferableState' },
  { find: 'newest sound', use: 'latestValid' },
  { find: 'save message', use: 'worker protocol' },
  { find: 'checkpoint damaged', use: 'CHECKPOINT_CORRUPT' },
  { find: 'flag of plugin', use: 'flagOwner' },
  { find: 'declarers', use: 'flag sources' },
  { find: 'open outlets', use: 'openSinks' },
  { find: 'workplaces?', use: 'environment' },
  { find: 'restore newest|sound checkpoint', use: 'latestCheckpoint' },
  { find: 'run busy', use: 'runLocked' },
  // Files.
  { find: 'every value', use: 'jsonWalk', inNames: true },
  { find: 'file-fault', use: 'fs-error' },
  { find: 'file layer', use: 'fileSystem' },
  { find: 'fill from file', use: 'readInto' },
  { find: 'piece reader', use: 'chunkReader' },
  { find: 'plain path', use: 'normalizePath', inNames: true },
  // Plugins and configs.
  { find: 'named as plugins', use: 'manifest discovery' },
  { find: 'own providers', use: 'builtins' },
  { find: 'examine plugins', use: 'diagnose' },
  { find: 'depended on', use: 'findDependency', inNames: true },
  { find: 'lying around', use: 'findInstalled' },
  { find: 'stranger named', use: 'findUndeclared' },
  { find: 'outside runs', use: 'projectRoot', inNames: true },
  { find: 'further flags', use: 'pluginFlags' },
  // The command line.
  { find: 'told error', use: 'renderError' },
  { find: 'deeds?', use: 'Action' },
  { find: 'ask oclif', use: 'runPluginCommand' },
  { find: 'why not (had|kept)', use: 'missingReason, rollbackReason' },
  { find: 'put back', use: 'rollback', inNames: true },
  { find: 'plugin word', use: 'packageSpec' },
  // ONNX.
  { find: 'known (numbers?|number rules|arithmetic|views)', use: 'value propagation', inNames: true },
  { find: 'merge nodes', use: 'commonSubexpressions', inNames: true },
  { find: 'states of turns', use: 'loopStates' },
  { find: 'no rule|cannot differentiate', use: 'withoutGradient', inNames: true },
  { find: 'start values', use: 'initializers', inNames: true },
  { find: 'fusion pace', use: 'stepFusion' },
  { find: 'webgpu gaps', use: 'webgpuUnsupported' },
  // Tests.
  { find: 'tell peak', use: 'reportPeakMemory' },
  { find: 'die at operation', use: 'crashAt' },
];

export const wordList: readonly Word[] = [...sentences, ...names];

const proverbs = 'examples/tiny-gpt/proverbs.ts';

export const exceptions: readonly Exception[] = [
  { text: 'sound file', reason: 'audio' },
  { text: 'sound wave', reason: 'audio' },
  { text: 'takes up space', reason: 'needs space' },
  { text: 'takes up memory', reason: 'needs memory' },
  { text: '.take-up', reason: "the folder of a run's lock in format 1" },
  {
    text: 'resume-lock|take-up',
    file: 'packages/core/src/api/resume/corrected-code.test.ts',
    reason: "the folders of a run's lock in formats 2 and 1",
  },
  { text: 'As you make your bed, so you must lie in it.', file: proverbs, reason: 'a proverb' },
  { text: 'It is an ill wind that blows nobody any good.', file: proverbs, reason: 'a proverb' },
  { text: 'A miss is as good as a mile.', file: proverbs, reason: 'a proverb' },
  { text: 'Enough is as good as a feast.', file: proverbs, reason: 'a proverb' },
];
