import { Command, InvalidArgumentError } from 'commander';
import { NR_VIRQS, VIRQS, virqKind, virqName } from '../abi/virq.js';
import { virqEnd } from '../snapshot/arrival.js';
import { HOST_HELP } from './host-option.js';
import {
  addInjectionOptions,
  domainNow,
  type InjectionFlags,
  injectAndTell,
  injectedHost,
} from './injection.js';
import { vcpuNumber } from './option-values.js';

const EXAMPLES = `
Examples:
  $ xen-evtchn virq TIMER                       the timer of domain 0's vCPU 0
  $ xen-evtchn virq TIMER --domain 7 --vcpu 1
  $ xen-evtchn virq DOM_EXC                     as when a domain has died: what xenstored hears
  $ xen-evtchn virq 16

Says in one line what came of it. A name is the header's, with or without VIRQ_; which port has it
bound is in "xen-evtchn ls".
${HOST_HELP}`;

/** The options as commander reads them. */
interface Flags extends InjectionFlags {
  readonly vcpu: number;
}

/** Reads the number of a VIRQ, or its name in the header, with or without `VIRQ_`. @throws InvalidArgumentError */
export function virqNumber(text: string): number {
  const name = text.toUpperCase().replace(/^(VIRQ_)?/, 'VIRQ_');
  const row = VIRQS.find((virq) => virq.name === name || String(virq.number) === text);
  if (row !== undefined) return row.number;
  throw new InvalidArgumentError(`It must be 0 to ${NR_VIRQS - 1}, or a name such as TIMER.`);
}

async function act(virq: number, flags: Flags, command: Command): Promise<void> {
  const { domain: domid, vcpu } = flags;
  const name = virqName(virq);
  const perVcpu = virqKind(virq) === 'vcpu';
  if (!perVcpu && vcpu !== 0)
    command.error(`error: ${name} is not per vCPU: it is raised on vCPU 0 only`);
  const host = await injectedHost(flags);
  const domain = await domainNow(host, domid);
  if (vcpu >= domain.vcpus) throw new Error(`dom${domid} has no vCPU ${vcpu}`);
  const what = `raised ${name} in dom${domid}${perVcpu ? ` on vCPU ${vcpu}` : ''}`;
  const nowhere = `nobody in dom${domid} has bound it: lost`;
  await injectAndTell(host, what, virqEnd(domain, virq, vcpu), nowhere, () =>
    host.raiseVirq(domid, virq, vcpu),
  );
}

/** The command `virq`: a virtual interrupt by hand. */
export function virqCommand(): Command {
  const command = new Command('virq')
    .summary('Raise a virtual interrupt by hand.')
    .description(
      'Raise a virtual interrupt by hand in a domain of a host that is served, and tell what came of it.',
    )
    .argument('<VIRQ>', 'its number or name', virqNumber);
  return addInjectionOptions(command)
    .option('--vcpu <V>', 'the vCPU, for a VIRQ per vCPU', vcpuNumber, 0)
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
