import type { LoadedData } from '../../config/define.js';
import { Pipeline } from '../../data/pipeline/pipeline.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Preparation } from '../../preprocessing/preparation.js';
import type { StoredPreparation } from '../../preprocessing/preparation-file.js';

/** What a run stores of its preprocessing, by name. */
export type StoredPreparations = ReadonlyMap<string, StoredPreparation>;

/**
 * The preprocessing of a run's data, before it is fitted.
 * @param path of the data config, for messages
 * @throws ForgeError DATA_INVALID where another split has preprocessing of its own: it would be fitted on that split; and
 * where two have one name, and so one file
 */
function preparationsOf(data: LoadedData, path: string): readonly Preparation[] {
  const trained = ofPipeline(data.train);
  const names = trained.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ForgeError('DATA_INVALID', `${path} has two preprocessings with the name "${twice}".`, {
      about: twice,
      hint: "Name each: prepare({ … }, { name: 'customers' }).",
    });
  }
  for (const [split, dataset] of Object.entries(data)) {
    if (ofPipeline(dataset).every((preparation) => trained.includes(preparation))) continue;
    throw new ForgeError(
      'DATA_INVALID',
      `${path} fits the preprocessing of \`${split}\` on other rows than \`train\`.`,
      {
        about: split,
        hint: 'Call prepare once for all: rows.split({ valid: 0.1 }).prepare({ … }), or splits({ train, valid }).prepare({ … }).',
      },
    );
  }
  return trained;
}

/**
 * Fits the preprocessing of data on its training rows, or takes what a run has learned.
 * @param stored what the run stores; undefined for a new run
 * @throws ForgeError DATA_INVALID
 */
export async function fitPreparations(
  data: LoadedData,
  path: string,
  stored: StoredPreparations | undefined,
): Promise<void> {
  for (const preparation of preparationsOf(data, path)) {
    const { name } = preparation;
    if (stored === undefined) {
      await preparation.fit();
      continue;
    }
    const ofRun = stored.get(name);
    if (ofRun === undefined) {
      throw new ForgeError('DATA_INVALID', `The run has no preprocessing "${name}", and ${path} has.`, {
        about: name,
        hint: 'Start a new run.',
      });
    }
    preparation.restore(ofRun.fitted, `preprocessing/${name}.json of the run`);
  }
}

/** A warning where a run is resumed with other training rows than it began with; undefined where none is known. */
export function changedRows({ train }: LoadedData): string | undefined {
  for (const { fitted, trainingRows } of ofPipeline(train)) {
    if (fitted === undefined || trainingRows === undefined || trainingRows === fitted.rows) continue;
    return `The data has changed since the run began: ${trainingRows} training rows, and its preprocessing was fitted on ${fitted.rows}. It keeps what it learned; to learn from the new rows, start a new run.`;
  }
  return undefined;
}

/** The fitted preprocessing of data, for a new run to store. Predictions follow the validation data, which is not augmented. */
export function storedPreparationsOf({ train, valid }: LoadedData): StoredPreparation[] {
  const { conversions = [] } = (valid ?? train) as Partial<Pipeline<unknown>>;
  const others = conversions.filter((conversion) => typeof conversion === 'string');
  return ofPipeline(train).flatMap(({ fitted }) =>
    fitted === undefined ? [] : [{ fitted, conversions: others, source: sourceOf(train) }],
  );
}

/** Functions among the options are not stored. */
function sourceOf(dataset: unknown): StoredPreparation['source'] {
  const source = dataset instanceof Pipeline ? dataset.source : null;
  return source && (JSON.parse(JSON.stringify(source)) as StoredPreparation['source']);
}

function ofPipeline(dataset: unknown): readonly Preparation[] {
  if (!(dataset instanceof Pipeline)) return [];
  return dataset.conversions.filter((conversion) => typeof conversion !== 'string');
}
