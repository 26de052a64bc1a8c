/** The limits that all stores of MLflow support. */
const longestName = 250;
const longestParam = 500;
const longestTag = 5000;

/**
 * A valid MLflow name for metrics, params and tags: letters, digits, `_`, `-`, `.`, spaces and slashes, without segments
 * such as `..`.
 */
export function mlflowName(name: string): string {
  const allowed = name.replace(/[^\p{L}\p{N}_\-. /]/gu, '_');
  const segments = allowed.split('/').map((segment) => (/^\.{0,2}$/.test(segment) ? '_' : segment));
  return segments.join('/').slice(0, longestName);
}

/** A flag's value as text for MLflow. */
export function paramValue(value: unknown): string {
  return truncate(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'), longestParam);
}

export function tagValue(value: unknown): string {
  return truncate(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'), longestTag);
}

function truncate(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
