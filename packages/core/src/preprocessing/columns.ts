import { ColumnPlan } from './column-plan.js';

/** Steps for a column of another name than the array or the key: `price: column('Sale price').standardize()`. */
export const column = (name: string): ColumnPlan => ColumnPlan.of(name);

const own = ColumnPlan.of(null);

/** A number as it is. See `ColumnPlan` for this and the following steps, which can be chained. */
export const number: ColumnPlan['number'] = () => own.number();
export const impute: ColumnPlan['impute'] = (by) => own.impute(by);
export const standardize: ColumnPlan['standardize'] = () => own.standardize();
export const minMax: ColumnPlan['minMax'] = (options) => own.minMax(options);
export const log1p: ColumnPlan['log1p'] = () => own.log1p();
export const clip: ColumnPlan['clip'] = (options) => own.clip(options);
export const oneHot: ColumnPlan['oneHot'] = (options) => own.oneHot(options);
export const vocabulary: ColumnPlan['vocabulary'] = (options) => own.vocabulary(options);
export const tokenize: ColumnPlan['tokenize'] = (options) => own.tokenize(options);
export const label: ColumnPlan['label'] = (options) => own.label(options);
export const scale: ColumnPlan['scale'] = (options) => own.scale(options);
export const resize: ColumnPlan['resize'] = (size) => own.resize(size);
/** What the model predicts, as it is; `standardize().target()` for other steps. */
export const target: ColumnPlan['target'] = (options) => own.number().target(options);
