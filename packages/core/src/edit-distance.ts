/** How many letters must be added, left out or replaced to make one word of another (V. I. Levenshtein, 1966). */
export function editDistance(one: string, other: string): number {
  // What the beginnings of the other word are from as much of this one as was looked at.
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 0; row < one.length; row++) {
    const line = [row + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (above[at] ?? 0) + (one[row] === other[at] ? 0 : 1);
      line.push(Math.min(replaced, (above[at + 1] ?? 0) + 1, (line[at] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
