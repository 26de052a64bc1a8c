import {
  annotateRun,
  changeTags,
  checkDisplayName,
  checkNote,
  isForgeError,
  messageOf,
  removeRuns,
} from '@forge-ml/core/manage';
import { Hono } from 'hono';
import type { TrashAnswer } from '../../protocol/edits.js';
import { ApiProblem } from '../security/api-problem.js';
import { readJson } from '../security/read-json.js';
import type { Refresher } from '../table/refresher.js';
import type { ShownRuns } from '../table/shown-runs.js';
import { checkAnnotateRequest, checkTrashRequest } from './edit-requests.js';

/** Tags, notes, names and the trash: only with `forge ui --allow-edit`. */
export function editRoutes(shown: ShownRuns, refresher: Refresher, canEdit: boolean): Hono {
  const requireEdits = () => {
    if (canEdit) return;
    throw new ApiProblem(403, 'READ_ONLY', 'The dashboard is read-only.', 'Start it with forge ui --allow-edit.');
  };
  return new Hono()
    .post('/annotate', async (context) => {
      requireEdits();
      const { run, tags, note, name } = checkAnnotateRequest(await readJson(context.req.raw));
      const { folder, id } = shown.find(run);
      const after = await annotateRun(folder, (before) => ({
        ...(tags === undefined ? {} : { tags: retagged(before.tags, tags) }),
        ...(note === undefined ? {} : { note: checkNote(note) }),
        ...(name === undefined ? {} : { name: checkDisplayName(name) }),
      }));
      await refresher.reread([id]);
      return context.json(after);
    })
    .post('/trash', async (context) => {
      requireEdits();
      const ids = checkTrashRequest(await readJson(context.req.raw));
      const removed: string[] = [];
      const failed: { run: string; message: string }[] = [];
      for (const id of new Set(ids)) {
        try {
          const { results, folder } = shown.find(id);
          await removeRuns(results, [folder]);
          removed.push(id);
        } catch (error) {
          const hint = isForgeError(error) && error.hint !== undefined ? ` ${error.hint}` : '';
          failed.push({ run: id, message: `${messageOf(error)}${hint}` });
        }
      }
      await refresher.reread(removed);
      return context.json({ removed, failed } satisfies TrashAnswer);
    });
}

/** Checks only tags that are new: a run keeps those that another program gave it. */
function retagged(before: readonly string[], tags: readonly string[]): readonly string[] {
  const add = tags.filter((tag) => !before.includes(tag));
  return changeTags(before, { add, remove: before.filter((tag) => !tags.includes(tag)) });
}
