import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type DomainSnapshot, VIRQS, virqKind, virqName } from 'xen-evtchn/embedded';
import type { HostControl } from '../source/host-source.js';
import type { Command } from './use-command.js';

/** Raises a virtual interrupt in a domain. */
export function VirqForm({
  command,
  control,
  domain,
}: {
  readonly command: Command;
  readonly control: HostControl;
  readonly domain: DomainSnapshot;
}): JSX.Element {
  const [virq, setVirq] = useState(0);
  const [chosenVcpu, setVcpu] = useState(0);
  // A domain with fewer vCPUs may have been chosen since, and only VIRQs per vCPU have another than the first.
  const perVcpu = virqKind(virq) === 'vcpu';
  const vcpu = perVcpu && chosenVcpu < domain.vcpus ? chosenVcpu : 0;
  const bound = domain.channels.some(
    (channel) => channel.state === 'virq' && channel.number === virq && channel.vcpu === vcpu,
  );
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const name = virqName(virq);
    command.run(
      () => control.raiseVirq(domain.domid, virq, vcpu),
      bound
        ? `Raised ${name} in domain ${domain.domid}.`
        : `Raised ${name} in domain ${domain.domid}: nobody has it bound, so it was lost.`,
    );
  };
  return (
    <form class="control" onSubmit={onSubmit} aria-busy={command.busy}>
      <label>
        VIRQ{' '}
        <select
          value={String(virq)}
          onChange={({ currentTarget }) => setVirq(Number(currentTarget.value))}
        >
          {VIRQS.map(({ number, name }) => (
            <option key={number} value={String(number)}>
              {`${number} ${name}`}
            </option>
          ))}
        </select>
      </label>
      {perVcpu && domain.vcpus > 1 && (
        <label>
          vCPU{' '}
          <input
            type="number"
            min={0}
            max={domain.vcpus - 1}
            value={vcpu}
            onInput={({ currentTarget }) => setVcpu(currentTarget.valueAsNumber || 0)}
          />
        </label>
      )}
      <button type="submit" disabled={command.busy}>
        Raise
      </button>
    </form>
  );
}
