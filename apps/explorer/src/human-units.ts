const counts = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const steps = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A number of things: `13,480`. */
export function countText(count: number): string {
  return counts.format(count);
}

/** An amount of bytes with three digits: `804 MB`, `1.61 GB`. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let step = 0;
  // What would be rounded to 1000 of one unit is 1.00 of the next.
  while (amount >= 999.5 && step < steps.length - 1) {
    amount /= 1000;
    step++;
  }
  return `${step === 0 ? Math.round(amount) : threeDigits(amount)} ${steps[step]}`;
}

/** A time in milliseconds: `310 ms`, `1.94 s`, `2 min 5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 999.5) return `${threeDigits(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.5) return `${threeDigits(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A time that is only estimated, in milliseconds: whole seconds, `3 s`, `2 min 5 s`. */
export function remainingText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : durationText(seconds * 1000);
}

/** How many times as fast: `6.3×`. */
export function factorText(factor: number): string {
  return `${threeDigits(factor)}×`;
}

function threeDigits(amount: number): string {
  return amount.toFixed(amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0);
}

/** Text that is safe to print on a terminal: control characters, which a file's name may hold, are written `\x1b`. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters to find
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
