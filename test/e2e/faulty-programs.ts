import { onDevice } from './run-client.js';

/** What the programs here have: two ports, each with a peer in the same domain, and a read that does not wait. */
const PRELUDE = `
ports = [bind(0) for _ in range(2)]
peers = [connect(0, port) for port in ports]
os.set_blocking(device, False)
def take():
    try: data = os.read(device, 64)
    except BlockingIOError: return []
    os.write(device, data)
    return list(struct.unpack(f"{len(data) // 4}I", data))
def rest():
    while take(): pass
`;

/** A program whose reads find two ports each, in twelve turns; a line then says in which of them it got only one. */
const TURNS = `${PRELUDE}
rest()
short = []
for turn in range(12):
    for peer in peers: notify(peer)
    if len(take()) == 1: short.append(turn)
    rest()
say("short:", *short)
`;

/** The fault that it can see. */
export const SHORT_READS = 'short-read:rate=0.5';

/** It ends with 1 if its reads were cut short in all of some turns. */
export function failsIfShortIn(...turns: readonly number[]): string[] {
  return onDevice(`${TURNS}sys.exit(1 if set(${JSON.stringify(turns)}) <= set(short) else 0)`);
}

/** One that takes an event and forgets to write its port back, and waits for the next one, which has been sent. */
export const FORGETFUL = onDevice(`
port = bind(0)
peer = connect(0, port)
notify(peer)
for _ in range(2): say("got", struct.unpack("I", os.read(device, 4))[0] == port)
notify(peer)
say("waiting")
os.read(device, 4)
`);
