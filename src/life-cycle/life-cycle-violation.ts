/** Rules of the life of events, channels, open files and domains, by what it is called when one is broken. */
export const LIFE_CYCLE_RULES = {
  'time-backwards': 'time never goes back',
  'domain-twice': 'a domain is created once',
  'domain-unknown': 'only domains that were created and not destroyed do something',
  'domain-with-channels':
    'a domain that is destroyed has no channels left, and says how many it had',
  'port-twice': 'a port is opened when it is free',
  'port-closed': 'only open ports are closed, sent on and made pending',
  'peer-wrong':
    'a channel connects to an unbound port that is meant for it, and closing one end unbinds the other',
  'virq-wrong': 'a virtual interrupt comes to the port that is bound to it',
  'hypercall-result':
    'a hypercall that succeeds did what it is for, and one that is refused did not',
  'send-lost': 'a send on a connected port makes its peer pending',
  'cause-missing': 'an event comes from a send, a bind, a virtual or a physical interrupt',
  'merged-wrong': 'an event merges if one is pending, and only then',
  'masked-wrong':
    'a port is masked from its interrupt until the EOI of it has taken effect, and not else',
  'vcpu-wrong': 'an event comes to the vCPU that its port notifies',
  'upcall-wrong': 'an upcall has something that caused it',
  'interrupt-outside-upcall': 'events are handled in upcalls of their vCPU',
  'interrupt-without-pending': 'only an event that is pending is handled',
  'interrupt-while-masked': 'a port is not handled while it is masked or not enabled',
  'event-lost':
    'an event that is pending on a port that is not masked is handled in the next upcall',
  'ring-wrong': 'a ring holds what came and was not read, and no more than its size',
  'overflow-wrong': 'only a full ring overflows, and then nothing is read until a reset',
  'read-wrong': 'a read gives what came first, and nothing only where there is nothing',
  'write-wrong': 'a write enables ports and says how many bytes it took',
  'eoi-while-enabled': 'only a port that is disabled is enabled',
  'unmask-missing': 'a port that opens with an event pending has Xen raise it',
  'deferral-wrong': 'an EOI that is put off is put off once, and done once',
  'bind-wrong': 'a port is bound to one open file at most, and unbound from that one',
  'file-twice': 'an open file has a number of its own',
  'file-unknown': 'only files that are open do something, in their own domain',
  'release-with-ports': 'a file that is released has no ports left',
  'fault-wrong':
    'a fault that makes an event comes right before it, and one that holds an event back takes one that was due',
  'ioctl-wrong': 'an ioctl that succeeds did what it is for, and one that is refused did not',
} as const;

/** The name of a rule. */
export type LifeCycleRule = keyof typeof LIFE_CYCLE_RULES;

/** A rule that a trace breaks. */
export interface LifeCycleViolation {
  /** Its name. */
  readonly rule: LifeCycleRule;
  /** Which record shows it, from 0; the number of records where only the end does. */
  readonly index: number;
  /** What is wrong, for people. */
  readonly sentence: string;
}
