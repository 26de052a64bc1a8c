import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorProblem } from '../parts/error-problem.js';

interface LazyView<P> {
  readonly View: ComponentType<P>;
  readonly preload: () => void;
}

/** A view whose script is loaded when it is first opened, or before, when the page is idle. */
export function lazyView<P extends object>(load: () => Promise<ComponentType<P>>): LazyView<P> {
  let View: ComponentType<P> | undefined;
  const start = async () => {
    View ??= await load();
  };
  function Lazy(props: P) {
    const [state, setState] = useState<{ readonly error?: unknown }>({});
    useEffect(() => {
      if (View === undefined)
        start().then(
          () => setState({}),
          (error: unknown) => setState({ error }),
        );
    }, []);
    if (View !== undefined) return <View {...props} />;
    return state.error === undefined ? null : <ErrorProblem error={state.error} />;
  }
  return { View: Lazy, preload: () => void start().catch(() => undefined) };
}
