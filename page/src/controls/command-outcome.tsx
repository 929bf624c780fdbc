import type { JSX } from 'preact';
import type { Command } from './use-command.js';
import './controls.css';

/** What became of the last command: a live region, so that who does not see it hears it. */
export function CommandOutcome({ command }: { readonly command: Command }): JSX.Element {
  const { busy, outcome } = command;
  const failed = outcome?.ok === false;
  return (
    <p class={failed ? 'outcome is-failed' : 'outcome'} role={failed ? 'alert' : 'status'}>
      {busy ? 'Asking the host …' : (outcome?.text ?? '')}
    </p>
  );
}
