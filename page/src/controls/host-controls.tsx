import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { HostSnapshot } from 'xen-evtchn/embedded';
import type { HostControl } from '../source/host-source.js';
import { CommandOutcome } from './command-outcome.js';
import { DestroyButton } from './destroy-button.js';
import { useCommand } from './use-command.js';
import { VirqForm } from './virq-form.js';
import './controls.css';

/** What can be done to the domains of a host: raise a virtual interrupt, destroy one. */
export function HostControls({
  control,
  snapshot,
}: {
  readonly control: HostControl;
  readonly snapshot: HostSnapshot;
}): JSX.Element {
  const [domid, setDomid] = useState<number>();
  // One for both, and here: what was said of a domain stays when the domain is gone.
  const command = useCommand();
  const { domains } = snapshot;
  const domain = domains.find((one) => one.domid === domid) ?? domains[0];
  // The button that destroyed a domain goes with it, and the focus would be nowhere.
  const chooser = useRef<HTMLSelectElement>(null);
  const shown = useRef(domain?.domid);
  useEffect(() => {
    if (shown.current === domain?.domid) return;
    shown.current = domain?.domid;
    if (document.activeElement === document.body) chooser.current?.focus();
  }, [domain?.domid]);
  if (domain === undefined) {
    return (
      <section class="controls" aria-label="Control">
        <p>There is no domain.</p>
        <CommandOutcome command={command} />
      </section>
    );
  }
  return (
    <section class="controls" aria-label="Control">
      <label>
        Domain{' '}
        <select
          ref={chooser}
          value={String(domain.domid)}
          onChange={({ currentTarget }) => setDomid(Number(currentTarget.value))}
        >
          {domains.map((one) => (
            <option key={one.domid} value={String(one.domid)}>
              {one.domid}
            </option>
          ))}
        </select>
      </label>
      <VirqForm {...{ command, control, domain }} />
      {/* Another dialog for another domain, so that none is destroyed that was not asked for. */}
      <DestroyButton {...{ command, control, domain }} key={domain.domid} />
      <CommandOutcome command={command} />
    </section>
  );
}
