/** A column of a table: its title, and whether it lines up on the left (text) or on the right (numbers). */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Lines up rows of text in columns, with their titles above. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      columns
        .map(({ align }, at) => {
          const [cell, width] = [line[at] ?? "", widths[at] ?? 0];
          return align === "left" ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}
