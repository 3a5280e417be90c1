import { expect, test } from "vitest";
import { ProgressBar } from "../src/progress-bar.ts";

function terminal(columns: number): { columns: number; lines: string[]; write: (text: string) => void } {
  const lines: string[] = [];
  return { columns, lines, write: (text) => lines.push(text.replace("\r", "").replace("\u001B[K", "")) };
}

test("it shows how far the work is, how fast it goes and how long it will take", () => {
  const screen = terminal(120);
  let time = 0;
  const bar = new ProgressBar(screen, "lmdb  first pass", { entries: 1000, bytes: 1000 * 64 * 1024 }, () => time);
  bar.entry(0);
  expect(screen.lines.at(-1)).toBe("lmdb  first pass  ░░░░░░░░░░░░░░░░░░░░░░░░    0 %  1 of 1,000");
  for (let entry = 0; entry < 498; entry++) {
    bar.read(64 * 1024);
    bar.entry(0);
  }
  time = 2000;
  bar.entry(64 * 1024);
  expect(screen.lines.at(-1)).toBe("lmdb  first pass  ████████████░░░░░░░░░░░░   49 %  500 of 1,000  250/s  16.3 MB/s  3 s left");
});

test("it is drawn no more often than the eye follows, and fits the terminal", () => {
  const screen = terminal(40);
  let time = 0;
  const bar = new ProgressBar(screen, "memory  second pass", { entries: 10_000, bytes: 0 }, () => time);
  for (let entry = 0; entry < 10_000; entry++) {
    time += 1;
    bar.entry(0);
  }
  expect(screen.lines).toHaveLength(100);
  expect(Math.max(...screen.lines.map((line) => line.length))).toBe(39);
  bar.clear();
  expect(screen.lines.at(-1)).toBe("");
});

test("without a total it counts", () => {
  const screen = terminal(80);
  let time = 0;
  const bar = new ProgressBar(screen, "counting", undefined, () => time);
  bar.entry(0);
  time = 500;
  bar.entry(0);
  expect(screen.lines).toEqual(["counting  1 found", "counting  2 found  4/s"]);
});
