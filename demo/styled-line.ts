/** What a piece of text is, for whoever gives it a colour. */
export type Style =
  | 'plain'
  | 'faint'
  | 'title'
  | 'sent'
  | 'delivered'
  | 'held'
  | 'lost'
  | 'read'
  | 'good';

/** A piece of a line, in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line of text. */
export type StyledLine = readonly Span[];

/** A line that is drawn piece by piece, later pieces over earlier ones. All characters are one column wide. */
export class LineCanvas {
  readonly #cells: { text: string; style: Style }[] = [];

  /** Writes text from a column on. */
  put(column: number, text: string, style: Style): this {
    let at = column;
    for (const character of text) {
      while (this.#cells.length <= at) this.#cells.push({ text: ' ', style: 'plain' });
      this.#cells[at++] = { text: character, style };
    }
    return this;
  }

  /** What was drawn, without blanks at its end. */
  line(): StyledLine {
    const spans: { text: string; style: Style }[] = [];
    for (const { text, style } of this.#cells) {
      const last = spans.at(-1);
      if (last !== undefined && (last.style === style || text === ' ')) last.text += text;
      else spans.push({ text, style });
    }
    const end = spans.at(-1);
    if (end !== undefined) end.text = end.text.trimEnd();
    return spans.filter((span) => span.text !== '');
  }
}

/** Folds text at blanks into lines of at most `width` columns; a longer word has a line of its own. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
