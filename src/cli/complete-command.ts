import { Argument, Command } from 'commander';
import { commandProgram, type LazyCommand } from './command-line.js';
import type { Candidate, Completion } from './completion/completion.js';
import type { HostQuestion } from './completion/host-question.js';
import { SHELLS, type Shell } from './completion-command.js';
import { standardOutput } from './standard-streams.js';

/** How long whoever pressed Tab waits for a host, ms. One that is stopped never answers. */
const PATIENCE = 2000;

/** What the scripts of the shells read: how, and for words a line for each, its description behind a tab. */
function answer(completion: Completion): string {
  if (completion.kind === 'command') return `command ${completion.from}\n`;
  if (completion.kind !== 'words') return `${completion.kind}\n`;
  const lines = completion.candidates.map(({ value, description }) => `${value}\t${description}\n`);
  return `words\n${lines.join('')}`;
}

/**
 * Asks in a thread of its own. If that is left waiting the process ends, with nothing said.
 * @throws (rejects) Error if there is no answer to be had
 */
async function askInThread(question: HostQuestion): Promise<readonly Candidate[]> {
  const { Worker } = await import('node:worker_threads');
  const { exitAtOnce } = await import('../native/process.js');
  const thread = new Worker(new URL('./completion/host-question-thread.js', import.meta.url), {
    workerData: question,
  });
  let patience: NodeJS.Timeout | undefined;
  // Not as Node ends: that would wait for the thread.
  thread.once('online', () => {
    patience = setTimeout(() => exitAtOnce(0), PATIENCE);
  });
  try {
    return await new Promise((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
  } finally {
    clearTimeout(patience);
  }
}

/** Answers; with nothing what cannot be known. */
async function act(
  commands: readonly LazyCommand[],
  shell: Shell,
  given: readonly string[],
): Promise<void> {
  const { unquoted } = await import('./completion/shell-word.js');
  const { completionOf } = await import('./completion/completion.js');
  const { LineHostValues } = await import('./completion/host-values.js');
  const words = shell === 'bash' ? given.map((word) => unquoted(word, process.env.HOME)) : given;
  const silent = { out: () => {}, err: () => {} };
  const line = { commands, version: '', output: silent, debug: false };
  const root = await commandProgram(line, words.slice(0, -1));
  const host = new LineHostValues(askInThread, process.env.XEN_EVTCHN_HOST);
  // Whoever types does not want to read why a host cannot be asked.
  const completion = await completionOf(root, words, host).catch(() => undefined);
  if (completion !== undefined) standardOutput(answer(completion));
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
