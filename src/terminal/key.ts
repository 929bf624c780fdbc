/** A key, as Node's readline tells of it. */
export interface Key {
  /** Such as `up`, `space`, `s`; none of signs such as `<`. */
  readonly name?: string | undefined;
  /** What the terminal sent. */
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

/** What a key is called in a table of keys: `up`, `C-c`, or the character itself. */
export function keyName({ name, sequence = '', ctrl = false, meta = false }: Key): string {
  if (ctrl && name !== undefined) return `C-${name}`;
  if (!meta && isCharacter(sequence)) return sequence;
  return name ?? sequence;
}

/** Whether what a terminal sent is one printable character. */
export function isCharacter(sequence: string): boolean {
  return [...sequence].length === 1 && !/\p{C}/u.test(sequence);
}
