import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './client.js';
import { COMMAND } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

/** Begins the lines that a shell is made to say to the test. */
const MARK = 'TOLD=';
/** Keys at which it says what it has completed; no terminal takes them for itself. */
const TELL = '\x18\x0c';

/** A shell at a terminal. */
interface Kind {
  /** Its command line, in a folder that has its setup. */
  readonly command: (folder: string) => string;
  /** Name of the file with the setup. */
  readonly file: string;
  /** Makes it ready, and able to tell: what is in its line, and behind a tab what was offered, each behind a space. */
  readonly setup: string;
  /** The key that completes. */
  readonly key: string;
}

/** What is offered is put into the line: readline's insert-completions. */
const bash: Kind = {
  command: (folder) => `bash --rcfile ${folder}/bashrc -i`,
  file: 'bashrc',
  setup: `
PS1=
[[ -n $WITH_BASH_COMPLETION ]] && source /usr/share/bash-completion/bash_completion
source <(xen-evtchn completion bash)
bind 'set enable-bracketed-paste off'
told() { printf '\\n${MARK}%s\\n' "$READLINE_LINE"; READLINE_LINE=; }
bind -x '"\\C-x\\C-l": told'
printf '\\n${MARK}ready\\n'
`,
  key: '\x1b*',
};

/** What is offered goes through compadd, which is listened to. */
const zsh: Kind = {
  command: (folder) => `env ZDOTDIR=${folder} zsh -d -i`,
  file: '.zshrc',
  setup: `
PS1=
LISTMAX=10000
unset zle_bracketed_paste
autoload -Uz compinit
compinit -u -D
source <(xen-evtchn completion zsh)
typeset -ga offered
compadd() {
  local -a matching
  if [[ $* != *(-O|-A|-D)\\ * ]]; then
    builtin compadd -O matching "$@"
    offered+=($matching)
  fi
  builtin compadd "$@"
}
told() {
  print -r -- $'\\n'"${MARK}$BUFFER"$'\\t'" $offered"
  BUFFER= offered=()
}
zle -N told
bindkey '^X^L' told
print -r -- $'\\n'${MARK}ready
`,
  key: '\t',
};

const KINDS = { bash, zsh };

/** A folder for PATH in which `xen-evtchn` is this package's, as it is built. */
export function commandFolder(): string {
  const folder = temporaryFolder();
  const file = join(folder, 'xen-evtchn');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}

/** A shell at a terminal, as somebody uses it who types and presses Tab. */
export class InteractiveShell {
  readonly #client: Client;
  readonly #key: string;
  readonly #folder: string;

  private constructor(client: Client, key: string, folder: string) {
    this.#client = client;
    this.#key = key;
    this.#folder = folder;
  }

  /** Starts it, with the completion of `xen-evtchn` loaded. */
  static async start(
    name: keyof typeof KINDS,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<InteractiveShell> {
    const { command, file, setup, key } = KINDS[name];
    const folder = commandFolder();
    writeFileSync(join(folder, file), setup);
    const client = await Client.start('script', ['-qec', command(folder), '/dev/null'], {
      environment: {
        TERM: 'dumb',
        PATH: `${folder}:${process.env.PATH}`,
        ...environment,
      },
      cwd: folder,
    });
    const shell = new InteractiveShell(client, key, folder);
    await shell.#told();
    return shell;
  }

  /** What it makes of a line when the key for completions is pressed. */
  async completed(line: string): Promise<{ readonly line: string; readonly offered: string[] }> {
    this.#client.write(`${line}${this.#key}${TELL}`);
    const [text = '', offered = ''] = (await this.#told()).split('\t');
    return { line: text, offered: offered.split(' ').filter((word) => word !== '') };
  }

  /** Ends it. */
  async end(): Promise<void> {
    this.#client.write('exit\n');
    await this.#client.ended();
    removeFolder(this.#folder);
  }

  async #told(): Promise<string> {
    for (;;) {
      const line = (await this.#client.line()).replace(/\r$/, '');
      if (line.startsWith(MARK)) return line.slice(MARK.length);
    }
  }
}
