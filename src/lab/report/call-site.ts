/** Where in a program something is. */
export interface CallSite {
  /** The file, as the platform names it. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The lines of the stack from there on, as the platform writes them. */
  readonly frames: string;
}

/** The place at the end of a line of a stack, as V8 or SpiderMonkey writes it. */
const LOCATION = /(?:\bat (?:async )?|\(|@)((?:[a-z]+:\/\/|\/|[A-Za-z]:[\\/])[^()]*):(\d+):\d+\)?$/;

/** Where this library is: what its own frames begin with; undefined where that cannot be told, as in a bundle. */
const OWN =
  /((?:[a-z]+:\/\/|\/|[A-Za-z]:[\\/])[^()\n]*[\\/])lab[\\/]report[\\/]call-site\.[jt]s/.exec(
    new Error().stack ?? '',
  )?.[1];

/** The first place in a stack that is not of this library; undefined if there is none, or the platform has no such stacks. */
export function callSite(stack: string | undefined): CallSite | undefined {
  const lines = (stack ?? '').split('\n');
  for (let index = 0; index < lines.length; index++) {
    const [, file, line] = LOCATION.exec(lines[index]!.trimEnd()) ?? [];
    if (file === undefined || isForeign(file)) continue;
    return { file, line: Number(line), frames: lines.slice(index).join('\n') };
  }
  return undefined;
}

/** Of this library, or of the platform. */
function isForeign(file: string): boolean {
  return file.startsWith('node:') || (OWN !== undefined && file.startsWith(OWN));
}

/** As a line of a report names it: `console.test.ts:17`. */
export function siteText({ file, line }: CallSite): string {
  return `${file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)}:${line}`;
}
