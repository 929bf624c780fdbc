/** What may be said of a fault behind its name. */
export type FaultKey =
  | 'rate'
  | 'nth'
  | 'domain'
  | 'port'
  | 'process'
  | 'max'
  | 'ms'
  | 'until'
  | 'events'
  | 'errno';

/** How a key is written, and what it means. */
export interface FaultKeyText {
  /** Its values, in words. */
  readonly values: string;
  /** What it does. */
  readonly meaning: string;
}

/** All keys, in the order in which they are explained. */
export const FAULT_KEYS: Readonly<Record<FaultKey, FaultKeyText>> = {
  rate: {
    values: 'above 0, up to 1',
    meaning: 'how likely the fault is at each occasion',
  },
  nth: {
    values: '1 to 4294967295',
    meaning: 'only the nth occasion of each place, where it is certain unless a rate is given',
  },
  domain: {
    values: '0 to 32751',
    meaning: 'only in this domain: the one that receives the event or makes the call',
  },
  port: {
    values: '1 to 4294967295',
    meaning: 'only on this port of the domain',
  },
  process: {
    values: 'a name of up to 15 characters, without comma and colon',
    meaning: 'only for files that a process of this name opened, as in /proc/PID/comm',
  },
  max: {
    values: '1 to 4294967295',
    meaning: 'at most so many times in all',
  },
  ms: {
    values: 'A or A..B, in milliseconds',
    meaning: 'how long; of a range the seed chooses',
  },
  until: {
    values: 'event',
    meaning: 'until another port of the host gets an event, or until `ms` are over',
  },
  events: {
    values: '1 to 1000',
    meaning: 'how many events it takes',
  },
  errno: {
    values: 'ENOMEM or ENOSPC',
    meaning: 'the error; the seed chooses one unless given',
  },
};
