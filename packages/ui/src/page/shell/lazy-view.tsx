import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorProblem } from '../parts/error-problem.js';

type Load = () => Promise<ComponentType>;

/** A view whose script is loaded when it is first opened, or before, when the page is idle. */
export function lazyView(load: Load): { readonly View: ComponentType; readonly preload: () => void } {
  let View: ComponentType | undefined;
  const start = async () => {
    View ??= await load();
  };
  function Lazy() {
    const [state, setState] = useState<{ readonly error?: unknown }>({});
    useEffect(() => {
      if (View === undefined)
        start().then(
          () => setState({}),
          (error: unknown) => setState({ error }),
        );
    }, []);
    if (View !== undefined) return <View />;
    return state.error === undefined ? null : <ErrorProblem error={state.error} />;
  }
  return { View: Lazy, preload: () => void start().catch(() => undefined) };
}
