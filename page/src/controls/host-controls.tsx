import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { HostSnapshot } from 'xen-evtchn/embedded';
import type { HostControl } from '../source/host-source.js';
import { DestroyButton } from './destroy-button.js';
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
  const { domains } = snapshot;
  const domain = domains.find((one) => one.domid === domid) ?? domains[0];
  if (domain === undefined) return <p class="controls">There is no domain.</p>;
  return (
    <section class="controls" aria-label="Control">
      <label>
        Domain{' '}
        <select
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
      <VirqForm control={control} domain={domain} />
      <DestroyButton control={control} domain={domain} key={domain.domid} />
    </section>
  );
}
