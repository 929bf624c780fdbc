import { useEffect, useRef, useState } from 'preact/hooks';

/** What became of a command. */
export interface Outcome {
  readonly ok: boolean;
  /** For people. */
  readonly text: string;
}

/** Commands to a host, one at a time. */
export interface Command {
  /** One is on its way. */
  readonly busy: boolean;
  /** What became of the last one; undefined before, and while one is on its way. */
  readonly outcome: Outcome | undefined;
  /** Gives a command; nothing while another is on its way. @param done - what to say when it worked */
  readonly run: (command: () => Promise<void>, done: string) => void;
}

/** Gives commands to a host, and tells what became of them. */
export function useCommand(): Command {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  // Told apart from what is drawn, which is late for a second click.
  const running = useRef(false);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  const run = (command: () => Promise<void>, done: string): void => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setOutcome(undefined);
    const end = (result: Outcome) => {
      running.current = false;
      if (gone.current) return;
      setBusy(false);
      setOutcome(result);
    };
    command().then(
      () => end({ ok: true, text: done }),
      (error: unknown) =>
        end({ ok: false, text: error instanceof Error ? error.message : String(error) }),
    );
  };
  return { busy, outcome, run };
}
