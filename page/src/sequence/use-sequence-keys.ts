import { useEffect } from 'preact/hooks';
import type { SequenceView } from '../model/sequence-view.js';

/** What the keys of the diagram do, besides those of its rows. */
export interface SequenceKeys {
  readonly view: SequenceView;
  readonly step: (direction: 1 | -1) => void;
  readonly clear: () => void;
  readonly focusFilter: () => void;
}

/** Whether a key belongs to what has the focus, such as a text being written, rather than to the page. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return true;
  if (document.querySelector('dialog[open]') !== null) return true;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.matches('input, select, textarea') === true) return true;
  return event.key === ' ' && target?.matches('button, a, summary') === true;
}

/** Has the keys of the diagram work wherever the focus is, while the diagram is shown. */
export function useSequenceKeys(keys: SequenceKeys): void {
  useEffect(() => {
    const { view, step, clear, focusFilter } = keys;
    const actions: Readonly<Record<string, () => void>> = {
      ' ': () => (view.paused ? view.resume() : view.pause()),
      '[': () => step(-1),
      ']': () => step(1),
      '+': () => view.zoom(1),
      '=': () => view.zoom(1),
      '-': () => view.zoom(-1),
      f: focusFilter,
      Escape: clear,
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const action = isTaken(event) ? undefined : actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
}
