import { EAGAIN, EFAULT, EFBIG, ENODEV, ENOTCONN } from '../abi/errno.js';
import type {
  BindRecord,
  EoiRecord,
  InterruptRecord,
  IoctlRecord,
  OpenRecord,
  OverflowRecord,
  ReadRecord,
  ReleaseRecord,
  RingResetRecord,
  TraceRecord,
  UnbindRecord,
  WriteRecord,
} from '../trace/trace-record.js';
import { CheckedFile, type CheckedHost } from './checked-host.js';

/** The rules of open files: their ports, their rings and their calls. */
export class FileRules {
  readonly #host: CheckedHost;

  constructor(host: CheckedHost) {
    this.#host = host;
  }

  open({ domid, file }: OpenRecord): void {
    const { files, released, complain } = this.#host;
    if (this.#host.domain(domid) === undefined) return;
    if (files.has(file) || released.has(file))
      complain('file-twice', `file ${file} was opened before`);
    files.set(file, new CheckedFile(domid));
  }

  release({ domid, file: number }: ReleaseRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined) return;
    if (file.ports.size > 0) {
      this.#host.complain(
        'release-with-ports',
        `file ${number} is released with ${file.ports.size} ports`,
      );
    }
    this.#host.files.delete(number);
    this.#host.released.add(number);
  }

  bind({ domid, file: number, port }: BindRecord): void {
    const { complain } = this.#host;
    const file = this.#host.file(domid, number);
    const domain = this.#host.domain(domid);
    if (file === undefined || domain === undefined) return;
    const holder = domain.held.get(port);
    const channel = domain.channels.get(port);
    if (holder !== undefined || channel === undefined) {
      const why = holder === undefined ? 'is not open' : `is bound to file ${holder.file}`;
      complain('bind-wrong', `${domid}:${port} is bound to file ${number}, and ${why}`);
    }
    file.hold(port);
    domain.held.set(port, { file: number, enabled: true });
    // Enabling it is the next thing that happens.
    if (channel === undefined) return;
    channel.masked = false;
    channel.held = false;
  }

  unbind({ domid, file: number, port }: UnbindRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined) return;
    if (!file.ports.delete(port)) {
      this.#host.complain(
        'bind-wrong',
        `${domid}:${port} is unbound from file ${number}, which does not hold it`,
      );
      return;
    }
    const domain = this.#host.domains.get(domid);
    domain?.held.delete(port);
    const channel = domain?.channels.get(port);
    if (channel === undefined) return;
    // Somebody else keeps it open; what becomes of its events is not told.
    channel.masked = undefined;
    channel.deferred = false;
  }

  interrupt({ domid, file: number, port, queued, woke }: InterruptRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined) return;
    file.ring.push(port);
    const { length } = file.ring;
    if (queued !== length || woke !== (length === 1) || length > file.size) {
      const sentence = `file ${number} is told to have ${queued} events${woke ? ', its first' : ''}; it has ${length}, and room for ${file.size}`;
      this.#host.complain('ring-wrong', sentence);
    }
  }

  overflow({ domid, file: number }: OverflowRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined) return;
    if (file.ring.length < file.size) {
      this.#host.complain(
        'overflow-wrong',
        `the ring of file ${number} overflows with ${file.ring.length} of ${file.size} events`,
      );
    }
    file.overflowed = true;
  }

  reset({ domid, file: number, dropped, overflowed }: RingResetRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined) return;
    if (dropped !== file.ring.length || overflowed !== file.overflowed) {
      const had = `${file.ring.length}${file.overflowed ? ' and an overflow' : ''}`;
      this.#host.complain(
        'ring-wrong',
        `a reset of file ${number} throws ${dropped} events away, and it had ${had}`,
      );
    }
    file.ring.length = 0;
    file.overflowed = false;
  }

  read({ domid, file: number, ports, result }: ReadRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined || !this.#answers(number, file, result)) return;
    const { complain } = this.#host;
    if (file.overflowed !== (result === -EFBIG)) {
      const what = file.overflowed ? 'overflowed' : 'did not overflow';
      complain(
        'overflow-wrong',
        `the ring of file ${number} ${what}, and a read answers ${result}`,
      );
      return;
    }
    if (result === -EFBIG || result === -EFAULT) return;
    if (result === -EAGAIN && file.ring.length > 0) {
      complain(
        'read-wrong',
        `a read of file ${number} gives nothing, and ${file.ring.length} events are there`,
      );
      return;
    }
    const given = file.ring.splice(0, ports.length);
    const length = Math.max(0, result);
    if (given.join() !== ports.join() || length !== ports.length * 4) {
      complain(
        'read-wrong',
        `a read of file ${number} gives {${ports}} in ${result} bytes, and {${given}} is what came first`,
      );
    }
  }

  eoi({ domid, file: number, port }: EoiRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined) return;
    const holding = this.#host.domains.get(domid)?.held.get(port);
    if (holding?.file !== number || holding.enabled) {
      const why = holding?.file === number ? 'is enabled already' : 'is not its own';
      this.#host.complain(
        'eoi-while-enabled',
        `file ${number} enables ${domid}:${port}, which ${why}`,
      );
    }
    if (file.enabled++ === 0) file.writesSince = this.#host.index;
    if (holding !== undefined) holding.enabled = true;
  }

  write({ domid, file: number, result }: WriteRecord): void {
    const file = this.#host.file(domid, number);
    if (file === undefined || !this.#answers(number, file, result)) return;
    const { enabled } = file;
    file.enabled = 0;
    if (result < 0 ? enabled > 0 : enabled * 4 > result || result % 4 !== 0) {
      this.#host.complain(
        'write-wrong',
        `a write of file ${number} enables ${enabled} ports and answers ${result}`,
      );
    }
  }

  /** @param before - the record before it, which has what the ioctl did last */
  ioctl(
    { domid, file: number, command, args, result }: IoctlRecord,
    before: TraceRecord | undefined,
  ): void {
    const file = this.#host.file(domid, number);
    if (file === undefined || !this.#answers(number, file, result)) return;
    const complain = (what: string) =>
      this.#host.complain(
        'ioctl-wrong',
        `${command} of file ${number} answers ${result}, and ${what}`,
      );
    const holds = (port: number) => file.ports.has(port);
    switch (command) {
      case 'IOCTL_EVTCHN_NOTIFY':
        if (result === 0) this.#notified(domid, args.port!, holds(args.port!), complain);
        else if (result === -ENOTCONN && holds(args.port!)) complain(`it holds port ${args.port}`);
        break;
      case 'IOCTL_EVTCHN_UNBIND':
        if (result === 0 && (before?.type !== 'unbind' || before.port !== args.port)) {
          complain(`port ${args.port} was not unbound`);
        }
        break;
      case 'IOCTL_EVTCHN_RESET':
        if (before?.type !== 'ring-reset' || before.file !== number)
          complain('its ring was not emptied');
        break;
      case 'IOCTL_EVTCHN_BIND_INTERDOMAIN':
      case 'IOCTL_EVTCHN_BIND_UNBOUND_PORT':
      case 'IOCTL_EVTCHN_BIND_VIRQ':
        if (result > 0 && !holds(result)) complain('it does not hold that port');
        break;
      default:
        break;
    }
  }

  #notified(domid: number, port: number, held: boolean, complain: (what: string) => void): void {
    const channel = this.#host.channel(domid, port);
    if (!held) complain(`it does not hold port ${port}`);
    // As Linux does: what Xen says to the send, EINVAL for a virq, is ignored.
    else if (channel !== undefined && !/irq/.test(channel.state) && channel.sends === 0) {
      complain(`nothing was sent on port ${port}`);
    }
    if (channel !== undefined && channel.sends > 0) channel.sends--;
  }

  /** A file whose domain is gone answers ENODEV to everything, and only then. @returns the call was carried out */
  #answers(number: number, file: CheckedFile, result: number): boolean {
    if (file.lost !== (result === -ENODEV)) {
      const what = file.lost ? 'is gone' : 'is there';
      this.#host.complain(
        'file-unknown',
        `a call of file ${number} answers ${result}, and its domain ${what}`,
      );
    }
    return !file.lost;
  }
}
