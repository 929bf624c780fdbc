import { Argument, Command } from 'commander';
import { commandProgram, type LazyCommand } from './command-line.js';
import type { Completion } from './completion/completion.js';
import { SHELLS, type Shell } from './completion-command.js';
import { standardOutput } from './standard-streams.js';

/** How long whoever pressed Tab waits for a host, ms. One that is stopped never answers. */
const PATIENCE = 1000;

/** What the scripts of the shells read: how, and for words a line for each, its description behind a tab. */
function answer(completion: Completion): string {
  if (completion.kind === 'command') return `command ${completion.from}\n`;
  if (completion.kind !== 'words') return `${completion.kind}\n`;
  const lines = completion.candidates.map(({ value, description }) => `${value}\t${description}\n`);
  return `words\n${lines.join('')}`;
}

/** What is known by the end of the patience: nothing is told of what does not answer, or fails. */
async function complete(
  commands: readonly LazyCommand[],
  shell: Shell,
  given: readonly string[],
): Promise<string> {
  const { unquoted } = await import('./completion/shell-word.js');
  const { completionOf } = await import('./completion/completion.js');
  const { FoundHostValues } = await import('./completion/host-values.js');
  const { machineHosts } = await import('./completion/machine-hosts.js');
  const words = shell === 'bash' ? given.map((word) => unquoted(word, process.env.HOME)) : given;
  const silent = { out: () => {}, err: () => {} };
  const line = { commands, version: '', output: silent, debug: false };
  const root = await commandProgram(line, words.slice(0, -1));
  return answer(await completionOf(root, words, new FoundHostValues(machineHosts())));
}

/** Answers, or gives up. */
async function act(
  commands: readonly LazyCommand[],
  shell: Shell,
  words: readonly string[],
): Promise<void> {
  const late = new Promise<undefined>((resolve) => {
    setTimeout(resolve, PATIENCE, undefined).unref();
  });
  const told = await Promise.race([complete(commands, shell, words).catch(() => ''), late]);
  if (told !== undefined) return standardOutput(told);
  // Not as Node ends: that would wait for the thread that reads from a host which does not answer.
  const { exitAtOnce } = await import('../native/process.js');
  exitAtOnce(0);
}

/**
 * The command `__complete`, which the scripts of `completion` call: what can stand at the cursor. Quick, and silent whatever
 * fails, for it runs while somebody types.
 * @param commands - all there are
 */
export function completeCommand(commands: readonly LazyCommand[]): Command {
  return new Command('__complete')
    .description('Tell a shell what can stand at the cursor.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .argument('[words...]')
    .helpOption(false)
    .passThroughOptions()
    .action((shell: Shell, words: string[]) => act(commands, shell, words));
}
