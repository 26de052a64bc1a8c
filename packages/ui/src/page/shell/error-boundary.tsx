import { Component, type ComponentChildren } from 'preact';
import { ErrorProblem } from '../parts/error-problem.js';

/** Shows the error of a view that cannot be drawn in its place: the rest of the page goes on. */
export class ErrorBoundary extends Component<{ readonly children: ComponentChildren }, { readonly error?: unknown }> {
  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : <ErrorProblem error={error} />;
  }
}
