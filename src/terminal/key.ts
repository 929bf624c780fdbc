/** A key, as Node's readline tells of it. */
export interface Key {
  /** Such as `up`, `space`, `s`; none of signs such as `<`. */
  readonly name?: string | undefined;
  /** What the terminal sent. */
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

/** What a key is called: `up`, `C-c`, `M-x`, or the character itself; empty for what is none. */
export function keyName({ name, sequence = '', ctrl = false, meta = false }: Key): string {
  if (ctrl && name !== undefined) return `C-${name}`;
  // Escape by itself is told with meta, too.
  if (meta && name !== 'escape') return `M-${name ?? ''}`;
  return isCharacter(sequence) ? sequence : (name ?? '');
}

/** Whether what a terminal sent is one printable character. */
export function isCharacter(sequence: string): boolean {
  return [...sequence].length === 1 && !/\p{C}/u.test(sequence);
}
