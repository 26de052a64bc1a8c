/** A model for a backend that does nothing with it. */
export function load() {
  return {};
}
