import { BackEnd } from '../../demo/back-end.js';
import { FrontEnd } from '../../demo/front-end.js';
import { SharedRing } from '../../demo/shared-ring.js';
import { type Delivery, type Evtchn, POLLIN, XenHost } from '../../src/index.js';
import { Actor, type Effect, interleave } from './interleaving.js';

/** A ring whose every access of memory is one effect. */
export class SteppedRing extends SharedRing {
  readonly #effect: Effect;

  constructor(memory: ArrayBuffer, effect: Effect) {
    super(memory);
    this.#effect = effect;
  }

  override slot(index: number): DataView {
    const slot = super.slot(index);
    return {
      getUint32: (at: number, little: boolean) => this.#effect(() => slot.getUint32(at, little)),
      setUint32: (at: number, value: number, little: boolean) =>
        this.#effect(() => slot.setUint32(at, value, little)),
    } as DataView;
  }

  override get reqProd(): number {
    return this.#effect(() => super.reqProd);
  }

  override set reqProd(index: number) {
    this.#effect(() => {
      super.reqProd = index;
    });
  }

  override get reqEvent(): number {
    return this.#effect(() => super.reqEvent);
  }

  override set reqEvent(index: number) {
    this.#effect(() => {
      super.reqEvent = index;
    });
  }

  override get rspProd(): number {
    return this.#effect(() => super.rspProd);
  }

  override set rspProd(index: number) {
    this.#effect(() => {
      super.rspProd = index;
    });
  }

  override get rspEvent(): number {
    return this.#effect(() => super.rspEvent);
  }

  override set rspEvent(index: number) {
    this.#effect(() => {
      super.rspEvent = index;
    });
  }
}

/** A handle whose every call is one effect. */
function stepped(handle: Evtchn, effect: Effect): Evtchn {
  return new Proxy(handle, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => effect(() => Reflect.apply(member, target, args));
    },
  });
}

/** What is sent, over what, and who runs when. */
export interface Run {
  readonly delivery: Delivery;
  readonly slots: number;
  /** Requests in each push, 1 or more. */
  readonly batches: readonly number[];
  readonly schedule: readonly (readonly [actor: number, steps: number])[];
  /** The front end's ring, where it is not the stepped one. */
  readonly frontRing?: (memory: ArrayBuffer, effect: Effect) => SharedRing;
}

/**
 * The device with its front end, its back end and Xen's delivery of events interleaved at each access of shared memory and
 * each call of a handle, until everybody waits.
 * @returns ids of the answers, in the order the front end got them
 */
export function runDevice({ delivery, slots, batches, schedule, frontRing }: Run): number[] {
  const host = new XenHost({ delivery });
  const backHandle = host.createDomain({ domid: 0 }).openEvtchn();
  const frontHandle = host.createDomain({ domid: 7 }).openEvtchn();
  const memory = new ArrayBuffer(SharedRing.bytesFor(slots));
  const answers: number[] = [];
  let backendPort: number | undefined;

  const back = new Actor(({ effect, wait }) => {
    const backEnd = new BackEnd(stepped(backHandle, effect), {
      frontendDomid: 7,
      ring: new SteppedRing(memory, effect),
      serve: ({ id, value }) => ({ id, ok: true, value: value + 1 }),
    });
    effect(() => {
      backendPort = backEnd.port;
    });
    for (;;) {
      wait(() => (backHandle.poll() & POLLIN) !== 0);
      backEnd.handleEvent();
    }
  });

  const front = new Actor(({ effect, wait }) => {
    wait(() => backendPort !== undefined);
    const ring = frontRing?.(memory, effect) ?? new SteppedRing(memory, effect);
    const options = { backendDomid: 0, backendPort: backendPort!, ring };
    const frontEnd = new FrontEnd(stepped(frontHandle, effect), options);
    const receive = () => {
      wait(() => (frontHandle.poll() & POLLIN) !== 0);
      for (const { id, ok, value } of frontEnd.handleEvent() ?? []) {
        effect(() => answers.push(ok && value === 2 * id + 1 ? id : Number.NaN));
      }
    };
    let next = 1;
    for (const batch of batches) {
      for (let i = 0; i < batch; i++, next++) {
        // What was put in must leave before it can be answered.
        if (frontEnd.free === 0) frontEnd.push();
        while (frontEnd.free === 0) receive();
        frontEnd.submit({ operation: 'read', sector: next, value: 2 * next });
      }
      frontEnd.push();
    }
    for (;;) receive();
  });

  const xen = new Actor(({ effect, wait }) => {
    for (;;) {
      wait(() => host.hypervisor.kickedVcpus().next().done !== true);
      effect(() => host.run());
    }
  });

  interleave([back, front, xen], schedule);
  return answers;
}
