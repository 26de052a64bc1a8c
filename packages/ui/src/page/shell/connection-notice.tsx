import { useEffect, useState } from 'preact/hooks';
import { isConnected } from './watch-source.js';

/** A moment without a connection is not worth a word. */
const patience = 1500;

/** Says that the server does not answer; goes away when it does again. */
export function ConnectionNotice() {
  const [isShown, show] = useState(false);
  const isLost = !isConnected.value;
  useEffect(() => {
    const timer = setTimeout(() => show(isLost), isLost ? patience : 0);
    return () => clearTimeout(timer);
  }, [isLost]);
  return (
    <div role="status">
      {isShown && (
        <p class="connection-notice">
          The dashboard does not answer: is forge ui still running? What is shown may be old.
        </p>
      )}
    </div>
  );
}
