import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Legend } from '../sequence/legend.js';

const KEYS: readonly (readonly [string, string])[] = [
  ['1 2 3 4', 'sequence, map, channels, rates'],
  ['↑ ↓', 'the moment before, the moment after'],
  ['← →', 'the step before or after of the same event'],
  ['Home End', 'the oldest moment, the newest'],
  ['Enter', 'to the details of the moment'],
  ['Space', 'pause, go on'],
  ['[ ]', 'pause, and step back or forward in time'],
  ['+ -', 'larger, smaller'],
  ['f', 'filter'],
  ['Esc', 'clear: the selection first, then the filter'],
  ['?', 'this help'],
];

/** Keys and marks, over the page. */
export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog class="help" ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keys and marks</h2>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Legend />
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
