import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CPrograms, type InstallPackages } from './c-programs.js';
import type { Child } from './child.js';
import { claim } from './claim.js';
import { fold, type Style, type StyledLine } from './styled-line.js';
import type { Workshop } from './workshop.js';

/** What the scenes are played with. */
export interface Properties {
  readonly workshop: Workshop;
  /** The words that start `xen-evtchn`. */
  readonly command: readonly string[];
  /** The folder of the C programs. */
  readonly sources: string;
  readonly install: InstallPackages;
  /** Columns to fold remarks into. */
  readonly width: number;
  readonly write: (line: StyledLine) => void;
}

/** The programs as they are run, in the workshop: both meet in its folder. */
const PAIR = ['--domain', '0', './back', '.', '7', ':::', '--domain', '7', './front', '.', '0'];
const PAIR_TEXT = PAIR.join(' ');

/** Exit status of `xen-evtchn run` when it cannot do its own part. */
const FAILED = 125;

/** How often to look whether the back end waits again, and how often at most, ms. */
const LOOK = 10;
const LOOKS = 500;

/** Real programs with real libxenevtchn, on the served device. */
export class ProgramScenes {
  readonly #with: Properties;

  constructor(properties: Properties) {
    this.#with = properties;
  }

  /**
   * Plays them, as far as this machine can.
   * @returns what was left out, each with its reason
   * @throws (rejects) Error if something does not do what a scene says of it
   */
  async play(): Promise<string[]> {
    this.#line();
    this.#line('6. The real thing: C programs with libxenevtchn, two domains, no Xen', 'title');
    const obstacle = (await this.#whyNoRun()) ?? (await this.#compile());
    if (obstacle !== undefined) return [`the C programs under xen-evtchn run: ${obstacle}`];
    await this.#run();
    const unserved = await this.#serve();
    return unserved === undefined ? [] : [`the status files of xen-evtchn serve: ${unserved}`];
  }

  /** Why `xen-evtchn run` does not work here, in its own words. @throws (rejects) Error if it fails without telling */
  async #whyNoRun(): Promise<string | undefined> {
    if (process.platform !== 'linux') {
      return `the device is served on Linux only, and this is ${process.platform}`;
    }
    const { command, workshop } = this.#with;
    const { status, output } = await workshop.run([...command, 'run', '/bin/sh', '-c', ':']);
    claim(status === 0 || status === FAILED, `xen-evtchn run ends well:\n${output}`);
    return status === 0 ? undefined : reasonIn(output);
  }

  async #compile(): Promise<string | undefined> {
    const { sources, workshop, install } = this.#with;
    const missing = await new CPrograms(sources, workshop, install).compile();
    if (missing !== undefined) return missing;
    this.#line();
    for (const name of CPrograms.names) {
      this.#shell(`gcc -o ${name} demo/c/${name}.c -lxenevtchn`);
    }
    return undefined;
  }

  /** The pair on a host of its own. */
  async #run(): Promise<void> {
    this.#shell(String.raw`printf 'look,\nnot\none request\n' |`);
    this.#line(`    xen-evtchn run ${PAIR_TEXT}`, 'title');
    const pair = this.#start(['run', ...PAIR], true);
    pair.write('look,\nnot\none request\n');
    pair.hangUp();
    const status = await pair.ended();
    const { output } = pair;
    claim(status === 0, `both programs end well:\n${output}`);
    this.#shown(
      'Two processes, two domains: 3 requests, 1 notify, 1 event that says "look", and 3 answers.',
      /^front {2}puts 3, notifies$/m.test(output) &&
        /^back {3}event 1: serves 3, notifies$/m.test(output) &&
        /^front {2}event 2: takes 3$/m.test(output) &&
        output.includes('LOOK,\nNOT\nONE REQUEST\n'),
    );
  }

  /** The pair on a served host, and what its files say of them. */
  async #serve(): Promise<string | undefined> {
    this.#line();
    this.#line('   The same on a host that stays, seen from outside while they run', 'title');
    const host = this.#start(['serve', '--at', 'host', '--domains', '0,7']);
    if (!(await host.says(/^serving /m))) return reasonIn(host.output);
    this.#line();
    this.#shell('xen-evtchn serve --at host --domains 0,7 &');
    this.#shell(`xen-evtchn run --host host ${PAIR_TEXT} &`);
    const pair = this.#start(['run', '--host', 'host', ...PAIR]);
    pair.write('once\n');
    const answered = await pair.says(/^ONCE$/m);
    claim(answered, `the front end has its answer:\n${pair.output}`);
    await this.#untilBackWaits();
    const channels = await this.#look(
      "grep -hE '^port|interdomain' host/0/channels host/7/channels",
    );
    await this.#look('cat host/0/files');
    pair.hangUp();
    claim((await pair.ended()) === 0, `both programs end well:\n${pair.output}`);
    this.#shell('kill %1');
    await host.stop();
    this.#shown(
      'Who is connected to whom, and who waits in a read: port 14 of domain 0 to port 9 of domain 7.',
      /^ +14 +interdomain +7:9 /m.test(channels) &&
        /^ +9 +interdomain +0:14 /m.test(channels) &&
        (await host.ended()) === 0,
    );
    return undefined;
  }

  /** Until the back end is in its next read. It answers before it comes there. */
  async #untilBackWaits(): Promise<void> {
    const path = join(this.#with.workshop.folder, 'host/0/files');
    for (let looks = 0; looks < LOOKS; looks++) {
      if (cell(await readFile(path, 'utf8'), 'reading') === '1') return;
      await pause(LOOK);
    }
    claim(false, 'the back end waits in a read');
  }

  /** Runs a line of shell, and shows it with its output. @returns the output */
  async #look(command: string): Promise<string> {
    this.#shell(command);
    const { status, output } = await this.#with.workshop.run(['/bin/sh', '-c', command]);
    claim(status === 0, `${command} ends well:\n${output}`);
    for (const line of output.trimEnd().split('\n')) this.#line(line, 'read');
    return output;
  }

  #start(args: readonly string[], shown = false): Child {
    const onLine = (line: string) => this.#line(line, styleOf(line));
    return this.#with.workshop.start([...this.#with.command, ...args], shown ? { onLine } : {});
  }

  #shell(command: string): void {
    this.#with.write([
      { text: '$ ', style: 'faint' },
      { text: command, style: 'title' },
    ]);
  }

  #line(text = '', style: Style = 'plain'): void {
    this.#with.write(text === '' ? [] : [{ text, style }]);
  }

  /** The moral: checked, then shown. */
  #shown(what: string, holds: boolean): void {
    claim(holds, what);
    fold(what, this.#with.width - 4).forEach((text, index) => {
      this.#line(`  ${index === 0 ? '✓' : ' '} ${text}`, 'good');
    });
  }
}

/** The last thing `xen-evtchn` said, which is why it did not do what it was asked for. */
function reasonIn(output: string): string {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return last.replace(/^xen-evtchn: /, '') || 'xen-evtchn failed without a word';
}

/** A cell of the only row of a status file. */
function cell(table: string, column: string): string | undefined {
  const [heading = [], row = []] = table.split('\n').map((line) => line.trim().split(/ {2,}/));
  return row[heading.indexOf(column)];
}

/** Each program's reports in a colour of its own; what the front end hands on in none. */
function styleOf(line: string): Style {
  if (line.startsWith('back ')) return 'sent';
  return line.startsWith('front ') ? 'delivered' : 'plain';
}
