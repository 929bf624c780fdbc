import { type GuestOptions, openEvtchn, XenHost } from 'xen-evtchn';
import { contract } from './contract.js';
import type { Subject } from './subject.js';

/** The device of domain 0 of a host in this process. */
function embedded(name: string, options: GuestOptions & { readonly bindStatic: boolean }): Subject {
  const domain = new XenHost().createDomain({ domid: 0, ...options });
  return {
    name,
    kind: 'embedded',
    bindStatic: options.bindStatic,
    open: (given = {}) => openEvtchn({ domain, ...given }),
    cleanup() {
      const left = domain.driver!.openFiles.size;
      domain.destroy();
      if (left > 0) throw new Error(`${left} files of the device are open still`);
    },
  };
}

contract(embedded('embedded (FIFO)', { abi: 'fifo', bindStatic: false }));
contract(embedded('embedded (two-level, static ports)', { abi: 'two-level', bindStatic: true }));
