import type { JSX } from 'preact';
import { useId, useRef } from 'preact/hooks';
import type { DomainSnapshot } from 'xen-evtchn/embedded';
import type { HostControl } from '../source/host-source.js';
import type { Command } from './use-command.js';

/** Destroys a domain, after having asked. */
export function DestroyButton({
  command,
  control,
  domain,
}: {
  readonly command: Command;
  readonly control: HostControl;
  readonly domain: DomainSnapshot;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { domid, channels, files } = domain;
  const destroy = () => {
    dialog.current!.close();
    command.run(() => control.destroyDomain(domid), `Destroyed domain ${domid}.`);
  };
  return (
    <div class="control" aria-busy={command.busy}>
      <button
        type="button"
        class="is-dangerous"
        disabled={command.busy}
        onClick={() => dialog.current!.showModal()}
      >
        Destroy domain {domid} …
      </button>
      <dialog ref={dialog} aria-labelledby={heading} class="confirmation">
        <h3 id={heading}>Destroy domain {domid}?</h3>
        <p>
          {portsText(channels.length)} closed, and peers are not told. {filesText(files.length)}This
          cannot be undone.
        </p>
        <div class="confirmation-buttons">
          <button type="button" onClick={() => dialog.current!.close()}>
            Cancel
          </button>
          <button type="button" class="is-dangerous" onClick={destroy}>
            Destroy
          </button>
        </div>
      </dialog>
    </div>
  );
}

function portsText(ports: number): string {
  if (ports === 0) return 'It has no ports to be';
  return ports === 1 ? 'Its port is' : `Its ${ports} ports are`;
}

function filesText(files: number): string {
  if (files === 0) return '';
  return files === 1
    ? 'The open file of its device fails from then on. '
    : `The ${files} open files of its device fail from then on. `;
}
