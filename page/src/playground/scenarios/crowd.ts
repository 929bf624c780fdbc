import type { Program } from '../program.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

const DOMAINS = 20;
const CHANNELS_PER_DOMAIN = 50;

/** A front end with its ports. */
interface Front {
  readonly program: Program;
  readonly ports: readonly number[];
}

/** 20 domains with 50 channels each to one back end, which handles whatever comes. */
function crowd(world: World): readonly Front[] {
  const back = world.start(world.dom0, 'back-end');
  const fronts: Front[] = [];
  for (let domid = 1; domid <= DOMAINS; domid++) {
    const program = world.start(world.boot(domid), 'front-end');
    const ports: number[] = [];
    for (let i = 0; i < CHANNELS_PER_DOMAIN; i++) {
      ports.push(program.evtchn.bindInterdomain(0, back.evtchn.bindUnboundPort(domid)));
    }
    program.evtchn.unmask(program.evtchn.read(CHANNELS_PER_DOMAIN));
    fronts.push({ program, ports });
  }
  back.loop(() => back.evtchn.unmask(back.evtchn.read()));
  return fronts;
}

/** Many channels, each of which does little. */
export const many: Scenario = {
  id: 'many',
  title: 'A thousand channels',
  story: [
    'Twenty domains with fifty channels each, all to one program in domain 0, which reads and unmasks many ports in one call. Each domain notifies at a pace of its own; domain 20 a hundred times as often as domain 1.',
    'The map shows the pace by the width of lines, and the table of channels finds one among a thousand.',
  ],
  begin(world) {
    crowd(world).forEach(({ program, ports }, index) => {
      let next = 0;
      // From 2 to 200 events a second.
      const pause = 500 / 100 ** (index / (DOMAINS - 1));
      program.every(pause, () => {
        program.evtchn.notify(ports[next]!);
        next = (next + 7) % ports.length;
      });
    });
  },
};

/** Events a millisecond: 50 000 a second. */
const FLOOD = 50;

/** As many events as a busy host has. */
export const flood: Scenario = {
  id: 'flood',
  title: '50 000 events a second',
  story: [
    'The same thousand channels, with 50 events every millisecond. No page can show that, and nobody could read it: of each tenth of a second it shows some events, each of them whole, and says how many there were.',
    'Counts and rates are of all events, shown or not.',
  ],
  begin(world) {
    const fronts = crowd(world);
    let next = 0;
    const [first] = fronts;
    first!.program.every(1, () => {
      for (let i = 0; i < FLOOD; i++) {
        const { program, ports } = fronts[next % DOMAINS]!;
        if (program.alive) program.evtchn.notify(ports[Math.floor(next / DOMAINS) % ports.length]!);
        next++;
      }
    });
  },
};
