/**
 * A word of a shell's command line as the program would get it, without quotes and backslashes; one that is still being
 * typed may lack its second quote. A `~/` in front becomes the home directory; variables and commands stay as they are.
 */
export function unquoted(word: string, home: string | undefined): string {
  const begin = home !== undefined && /^~(\/|$)/.test(word) ? home + word.slice(1) : word;
  return begin.replace(
    /'([^']*)(?:'|$)|"((?:\\[\s\S]|[^"\\])*)(?:"|$)|\\([\s\S]?)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
