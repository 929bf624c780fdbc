import { Client } from '../e2e/client.js';
import { COMMAND } from '../e2e/served-host.js';

/** `xen-evtchn inspect`, and where its page is. */
export interface Inspecting {
  readonly url: string;
  readonly command: Client;
  /** Ends it by a signal. @throws (rejects) Error unless it ends well */
  stop(): Promise<void>;
}

/** Starts it with these options; it says nothing else than where it is on stdout. */
export async function inspecting(...options: readonly string[]): Promise<Inspecting> {
  const command = await Client.start(process.execPath, [COMMAND, 'inspect', ...options]);
  const url = await command.line();
  return {
    url,
    command,
    stop: async () => {
      command.signal('SIGINT');
      const { status, stderr } = await command.ended();
      if (status !== 0) throw new Error(`inspect ended with status ${status}: ${stderr}`);
    },
  };
}
