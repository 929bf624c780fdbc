import { type Argument, type Command, Help, type Option } from 'commander';

/** What the word under the cursor can be. */
export type Expected =
  /** The name of a command. */
  | { readonly kind: 'command-name' }
  /** The value of an option: the next word, or what stands behind its `=`. */
  | { readonly kind: 'option-value'; readonly option: Option; readonly prefix: string }
  /** The name of an option. */
  | { readonly kind: 'option-name' }
  /** An argument, or what stands where one can: undefined where there is none left. */
  | { readonly kind: 'argument'; readonly argument: Argument | undefined }
  /** A word of the command line of another program, which begins at `from`. */
  | { readonly kind: 'other-program'; readonly from: number }
  /** The line is wrong by now. */
  | { readonly kind: 'nothing' };

/** A command line, up to the cursor. */
export interface TypedLine {
  /** The command it is about. */
  readonly command: Command;
  /** Values of the options before the cursor, by the option's long name; the last of several. */
  readonly options: ReadonlyMap<string, string>;
  /** The arguments before the cursor. */
  readonly args: readonly string[];
  readonly expected: Expected;
}

/** The options of a command that its help shows, `--help` included. */
export function optionsOf(command: Command): Option[] {
  return new Help().visibleOptions(command);
}

/** The commands of a command that its help shows. */
export function commandsOf(command: Command): Command[] {
  return new Help().visibleCommands(command);
}

/** An argument whose words are the command line of another program. */
function isProgram(argument: Argument | undefined): boolean {
  return argument?.variadic === true && argument.name() === 'program';
}

/** Goes through the words of a command line as commander does, without its errors. */
class Walk {
  command: Command;
  readonly options = new Map<string, string>();
  readonly args: string[] = [];
  /** The option whose value comes next. */
  awaiting: Option | undefined;
  /** `--` was given. */
  ended = false;
  wrong = false;
  /** Where the words of another program begin. */
  program: number | undefined;

  constructor(command: Command) {
    this.command = command;
  }

  get #namesCommands(): boolean {
    return this.command.commands.length > 0;
  }

  /** The argument that the next word is. */
  get argument(): Argument | undefined {
    const { registeredArguments } = this.command;
    const next = registeredArguments[this.args.length];
    const last = registeredArguments.at(-1);
    return next ?? (last?.variadic === true ? last : undefined);
  }

  take(word: string, index: number): void {
    if (this.awaiting !== undefined) this.#takeValue(word);
    else if (!this.ended && word === '--') this.ended = true;
    else if (!this.ended && word.length > 1 && word.startsWith('-')) this.#takeOption(word);
    else if (this.#namesCommands) this.#takeCommand(word);
    else this.#takeArgument(word, index);
  }

  #takeValue(value: string): void {
    const { awaiting } = this;
    this.awaiting = undefined;
    if (awaiting!.optional && value.startsWith('-')) this.#takeOption(value);
    else this.options.set(awaiting!.long!, value);
  }

  #takeOption(word: string): void {
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const option = optionsOf(this.command).find(({ short, long }) =>
      name.startsWith('--') ? long === name : short === name.slice(0, 2),
    );
    if (option === undefined) {
      this.wrong = true;
      return;
    }
    const takesValue = option.required || option.optional;
    if (equals >= 0) this.options.set(option.long!, word.slice(equals + 1));
    else if (takesValue && !name.startsWith('--') && name.length > 2)
      this.options.set(option.long!, name.slice(2));
    else if (takesValue) this.awaiting = option;
    else this.options.set(option.long!, '');
  }

  #takeCommand(word: string): void {
    const next = this.command.commands.find((each) => each.name() === word);
    if (next === undefined) this.wrong = true;
    else this.command = next;
  }

  #takeArgument(word: string, index: number): void {
    if (isProgram(this.argument)) this.program ??= index;
    if (this.argument === undefined) this.wrong = true;
    this.args.push(word);
    // What a program is given is its own affair.
    if (this.program !== undefined) this.ended = true;
  }

  /** What the word at the cursor can be. */
  expected(word: string, index: number): Expected {
    if (this.wrong) return { kind: 'nothing' };
    if (this.program !== undefined) return { kind: 'other-program', from: this.program };
    const { awaiting } = this;
    if (awaiting !== undefined && !(awaiting.optional && word.startsWith('-')))
      return { kind: 'option-value', option: awaiting, prefix: '' };
    if (!this.ended && word.startsWith('-')) return this.#expectedOption(word);
    if (this.#namesCommands) return { kind: 'command-name' };
    if (isProgram(this.argument)) return { kind: 'other-program', from: index };
    return { kind: 'argument', argument: this.argument };
  }

  #expectedOption(word: string): Expected {
    const equals = word.indexOf('=');
    if (equals < 0) return { kind: 'option-name' };
    const option = optionsOf(this.command).find(({ long }) => long === word.slice(0, equals));
    if (option === undefined || !(option.required || option.optional)) return { kind: 'nothing' };
    return { kind: 'option-value', option, prefix: word.slice(0, equals + 1) };
  }
}

/**
 * Reads a command line that is being typed.
 * @param root - the program with its commands
 * @param words - what stands behind the program's name; the last is the one at the cursor, up to there, and may be empty
 */
export function readTypedLine(root: Command, words: readonly string[]): TypedLine {
  const walk = new Walk(root);
  const last = words.length - 1;
  for (const [index, word] of words.slice(0, last).entries()) walk.take(word, index);
  const expected = walk.expected(words[last] ?? '', last);
  return { command: walk.command, options: walk.options, args: walk.args, expected };
}
