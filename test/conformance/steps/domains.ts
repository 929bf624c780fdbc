import { DOMID_FIRST_RESERVED } from '../../../src/abi/domid.js';
import { EEXIST, EINVAL, ESRCH, errnoName } from '../../../src/abi/errno.js';
import {
  EVTCHNOP_ALLOC_UNBOUND,
  EVTCHNOP_RESET,
  evtchnAllocUnbound,
  evtchnReset,
} from '../../../src/abi/event-channel.js';
import { VIRQ_CON_RING, VIRQ_DEBUG } from '../../../src/abi/virq.js';
import { ResultList } from '../result-text.js';
import { type Step, type StepCall, type StepTable, wordOf } from '../step.js';
import { expand } from '../step-arguments.js';
import { okOrErrno } from './open.js';

/** xl's `max_event_channels`. */
const MAX_PORT = 1023;
const NO_CAP = 0x7fffffff;
/** How long the printing of a debug key, and the end of a domain, take, in milliseconds. */
const KEY_TIME = 100;
const END_TIME = 50;

function domid({ args }: StepCall): number {
  return Number(BigInt.asUintN(16, args.long('id', 0)));
}

/** A toolstack's step: only root's processes can do it. */
function privileged(step: Step): Step {
  return (call) => (call.process.mayMakeHypercalls ? step(call) : 'no privcmd');
}

/** Debug keys of Xen: `q` raises VIRQ_DEBUG on every vCPU, and what any key prints raises VIRQ_CON_RING. */
async function xenkey(call: StepCall): Promise<string> {
  const { process, thread } = call;
  const { host } = process.machine;
  for (const key of wordOf(call, 1)) {
    if (key !== 'q') continue;
    for (const domain of host.hypervisor.domains()) {
      for (const { id } of domain.vcpus) host.hypervisor.raiseVirq(domain, VIRQ_DEBUG, id);
    }
  }
  host.raiseVirq(VIRQ_CON_RING);
  process.checkAlive();
  await thread.sleep(KEY_TIME);
  return 'ok';
}

/** An empty domain with one vCPU that never runs. */
function mkdom(call: StepCall): string {
  const { args, process } = call;
  const { hypervisor } = process.machine.host;
  const maxEvtchnPort = Math.min(
    Number(BigInt.asUintN(32, args.long('maxport', MAX_PORT))),
    NO_CAP,
  );
  const id = domid(call);
  const made =
    id > 0 && id < DOMID_FIRST_RESERVED
      ? hypervisor.createDomain({
          domid: id,
          vcpus: 1,
          maxEvtchnPort,
          privileged: false,
          nrPirqs: 0,
          pirqs: [],
          paused: true,
        })
      : -EEXIST;
  return typeof made === 'number' ? errnoName(made) : 'ok';
}

async function rmdom(call: StepCall): Promise<string> {
  const { process, thread } = call;
  const { hypervisor } = process.machine.host;
  const id = domid(call);
  const domain = hypervisor.domain(id);
  const rc = id === 0 ? -EINVAL : domain === undefined ? -ESRCH : 0;
  if (rc === 0) hypervisor.destroyDomain(domain!);
  await thread.sleep(END_TIME);
  return okOrErrno(rc);
}

function domreset(call: StepCall): string {
  const { process } = call;
  const argument = evtchnReset.encode({ dom: domid(call) });
  return okOrErrno(process.machine.dom0.hypercalls.eventChannelOp(EVTCHNOP_RESET, argument));
}

function domalloc(call: StepCall): string {
  const { args, process, symbols } = call;
  const { hypercalls } = process.machine.dom0;
  const remoteDom = Number(BigInt.asUintN(16, args.long('remote', 0)));
  const results = new ResultList();
  for (const name of expand(wordOf(call, 1))) {
    const argument = evtchnAllocUnbound.encode({ dom: domid(call), remoteDom });
    const rc = hypercalls.eventChannelOp(EVTCHNOP_ALLOC_UNBOUND, argument);
    results.add(okOrErrno(rc));
    if (rc < 0) break;
    symbols.setForeign(name, evtchnAllocUnbound.decode(argument).port);
  }
  return results.toString();
}

/** What only dom0 of a real Xen could do: debug keys, other domains. */
export const domains: StepTable = {
  xenkey: privileged(xenkey),
  mkdom: privileged(mkdom),
  rmdom: privileged(rmdom),
  domreset: privileged(domreset),
  domalloc: privileged(domalloc),
};
