/** Bytes of a line; a longer one is taken as several. */
const MAX_LINE = 8191;
const SPACE_OR_TAB = /^[ \t]+/;

/** The lines of a file as `fgets` hands them out, without their ends. */
export function fileLines(text: string, max = MAX_LINE): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.flatMap((line) => {
    const pieces: string[] = [];
    for (let at = 0; at === 0 || at < line.length; at += max) pieces.push(line.slice(at, at + max));
    return pieces;
  });
}

/** The steps of a case, as they are printed: no comments, no space around them. */
export function stepLines(text: string): string[] {
  return fileLines(text)
    .map((line) => {
      let step = line.split('\r', 1)[0]!.replace(SPACE_OR_TAB, '');
      const comment = step.indexOf(' ##');
      if (comment >= 0) step = step.slice(0, comment);
      return step.replace(/ +$/, '');
    })
    .filter((step) => step !== '' && !step.startsWith('#'));
}

/** The tags (`@big`) in the comments before the first step. */
export function caseTags(text: string): ReadonlySet<string> {
  const tags = new Set<string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (!/^\s*#/.test(line)) break;
    for (const [tag] of line.matchAll(/@[a-z0-9][a-z0-9-]*/g)) tags.add(tag);
  }
  return tags;
}
