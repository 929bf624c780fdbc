/** Words that mean the same to a shell as they stand. */
const PLAIN = /^[\w./:@%+,-][\w./:@%+,=-]*$/;

/** A word as a shell has to be given it. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line that can be pasted into a shell. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
