import { parseDomid } from '../../abi/domid-text.js';
import type { HostChoice } from '../../watch/watched-host.js';
import { hostChoice } from '../host-option.js';
import type { Candidate, HostValues } from './completion.js';
import type { HostQuestion } from './host-question.js';
import { optionsOf, type TypedLine } from './typed-line.js';

/** The values of the host that a command line is about. */
export class LineHostValues implements HostValues {
  readonly #ask: (question: HostQuestion) => Promise<readonly Candidate[]>;
  readonly #environmentHost: string | undefined;

  /**
   * @param ask - answers questions about hosts
   * @param environmentHost - value of XEN_EVTCHN_HOST
   */
  constructor(
    ask: (question: HostQuestion) => Promise<readonly Candidate[]>,
    environmentHost: string | undefined,
  ) {
    this.#ask = ask;
    this.#environmentHost = environmentHost;
  }

  async domains(line: TypedLine): Promise<readonly Candidate[]> {
    const choice = this.#choice(line);
    return choice === undefined ? [] : this.#ask({ about: 'domains', choice });
  }

  async ports(line: TypedLine): Promise<readonly Candidate[]> {
    const choice = this.#choice(line);
    const domid = parseDomid(line.options.get('--domain') ?? '0');
    if (choice === undefined || domid === undefined) return [];
    return this.#ask({ about: 'ports', choice, domid });
  }

  async programs(line: TypedLine): Promise<readonly Candidate[]> {
    const choice = this.#choice(line);
    return choice === undefined ? [] : this.#ask({ about: 'programs', choice });
  }

  async hostProcesses(): Promise<readonly Candidate[]> {
    return this.#ask({ about: 'processes' });
  }

  /** Which host; undefined where the line is for one of its own, or is to make one. */
  #choice({ command, options }: TypedLine): HostChoice | undefined {
    const pid = options.get('--pid');
    const host = options.get('--host');
    const flags = {
      ...(pid === undefined ? {} : { pid: Number(pid) }),
      ...(host === undefined ? {} : { host }),
    };
    const choice = hostChoice(flags, this.#environmentHost);
    const watches = optionsOf(command).some(({ long }) => long === '--pid');
    return watches || choice.host !== undefined ? choice : undefined;
  }
}
