/** Prints rows under a heading, numbers to the right. */
export function printTable(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [heading, ...rows].map((row) => row.map((cell) => String(cell)));
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  for (const [index, row] of cells.entries()) {
    const line = row.map((cell, column) => {
      const numeric = index > 0 && /^[\d.,]+\D?$/.test(cell);
      return numeric ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
    });
    console.log(line.join('  ').trimEnd());
    if (index === 0) console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  }
}
