const WIDTH = 86; // what an editor beside the tree shows in a window of 1,280 pixels

/** Broken between words; `hanging` indents the lines after the first. */
export function paragraph(text: string, indent: string, hanging = indent): string {
  const lines: string[] = [];
  let line = indent;
  let isFresh = true;
  for (const word of text.split(" ")) {
    if (!isFresh && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = hanging;
      isFresh = true;
    }
    line += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  return [...lines, line].join("\n");
}
