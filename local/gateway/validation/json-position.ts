interface Position {
  line: number;
  position: number;
}

/** Finds where in JSON text the value of a JSON pointer begins; case does not count in names. The text has been parsed. */
export function positionsIn(text: string): (pointer: string) => Position {
  let starts: Map<string, number> | undefined;
  return (pointer) => {
    starts ??= valueStarts(text);
    return positionAt(text, starts.get(pointer.toLowerCase()) ?? 0);
  };
}

function positionAt(text: string, at: number): Position {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, position: at - lineStart + 1 };
}

/** As many values as are told apart; beyond, a problem is told to be at the beginning. */
const maxValues = 100_000;

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

interface Open {
  pointer: string;
  /** The next index of an array; undefined in an object. */
  index: number | undefined;
  /** The name whose value comes next. */
  name: string | undefined;
}

function valueStarts(text: string): Map<string, number> {
  const starts = new Map<string, number>();
  const open: Open[] = [];
  for (const { 0: token, index: at } of text.matchAll(tokens)) {
    const inside = open.at(-1);
    if (token === '}' || token === ']') {
      open.pop();
      continue;
    }
    if (token === ':') continue;
    if (token === ',') {
      if (inside?.index !== undefined) inside.index++;
      else if (inside) inside.name = undefined;
      continue;
    }
    if (inside && inside.index === undefined && inside.name === undefined) {
      inside.name = JSON.parse(token) as string;
      continue;
    }
    if (starts.size >= maxValues) break;
    const pointer = inside ? `${inside.pointer}/${step(inside)}` : '';
    starts.set(pointer.toLowerCase(), at);
    if (token === '{' || token === '[') open.push({ pointer, index: token === '[' ? 0 : undefined, name: undefined });
  }
  return starts;
}

function step({ index, name = '' }: Open): string {
  return index === undefined ? name.replaceAll('~', '~0').replaceAll('/', '~1') : String(index);
}
