/** A place in a text that moves on as the text is read. */
export class TextCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** What a sticky pattern finds here; the cursor moves behind it. */
  exec(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.at += found[0].length;
    return found;
  }

  match(pattern: RegExp): string | undefined {
    return this.exec(pattern)?.[0];
  }
}
