type ProcessEvent = 'beforeExit' | 'exit' | 'uncaughtExceptionMonitor';
type Listener = (value: unknown) => void;

interface Listening {
  readonly listeners: Set<Listener>;
  stop(): void;
}

const listening = new Map<ProcessEvent, Listening>();

/**
 * Listens to an event of the process. All listeners share one listener of the process, since Node warns of a leak above
 * ten, which eleven runs at the same time would reach.
 * @returns stops listening
 */
export function onProcessEvent(event: ProcessEvent, listener: Listener): () => void {
  const { listeners, stop } = listening.get(event) ?? startListening(event);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) stop();
  };
}

function startListening(event: ProcessEvent): Listening {
  const listeners = new Set<Listener>();
  const callAll: Listener = (value) => {
    for (const listener of [...listeners]) listener(value);
  };
  process.on(event as 'exit', callAll);
  const stop = () => {
    process.off(event, callAll);
    if (listening.get(event)?.listeners === listeners) listening.delete(event);
  };
  listening.set(event, { listeners, stop });
  return { listeners, stop };
}
