import { Argument, Command } from 'commander';
import { standardOutput } from './standard-streams.js';

/** The shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

const EXAMPLES = `
Examples:
  $ source <(xen-evtchn completion bash)         this bash; in ~/.bashrc: every bash
  $ source <(xen-evtchn completion zsh)          this zsh; in ~/.zshrc, after compinit: every zsh
  $ xen-evtchn completion fish | source          this fish
  $ xen-evtchn completion fish > ~/.config/fish/completions/xen-evtchn.fish
                                                 every fish

The script asks the installed xen-evtchn at each Tab, so that it stays right as that changes. Domains
and ports are those of the host that the command line is about.`;

/** The script of a shell. */
export async function completionScript(shell: Shell): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('./completion/bash-script.js')).BASH_SCRIPT;
    case 'zsh':
      return (await import('./completion/zsh-script.js')).ZSH_SCRIPT;
    case 'fish':
      return (await import('./completion/fish-script.js')).FISH_SCRIPT;
  }
}

/** The command `completion`: prints what completes command lines in a shell. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a script that completes command lines of xen-evtchn in a shell.')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(SHELLS))
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => standardOutput(await completionScript(shell)));
}
