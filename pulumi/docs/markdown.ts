/** A table whose columns are padded by nobody: generated text is compared, not admired. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What stands on top of every generated page. */
export function page(title: string, introduction: string, ...parts: string[]): string {
  const note =
    '<!-- Written by `node pulumi/docs/write.ts`. Change the program or the configuration, not this file. -->';
  return `${[`# ${title}`, note, introduction, ...parts].join('\n\n')}\n`;
}
