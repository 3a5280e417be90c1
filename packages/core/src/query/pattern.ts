const ANY_TEXT: unique symbol = Symbol("*");
const ANY_CHARACTER: unique symbol = Symbol("?");

type Token = string | typeof ANY_TEXT | typeof ANY_CHARACTER;

/**
 * A pattern for text: `*` stands for any characters, also none, `?` for one, and `\` takes the next one as it is. A character is a code point.
 * Matching takes at most the length of the text times that of the pattern, as only the last `*` passed can ever need to stand for more.
 */
export class Pattern {
  readonly source: string;
  /** The characters that every matching text begins with. */
  readonly literal: string;
  /** Which texts match: only `literal`, all that begin with it, or whichever `matches` says. */
  readonly kind: "exact" | "prefix" | "wild";
  readonly #tokens: readonly Token[];

  /** Throws a `TypeError` for a pattern that ends in a lone `\`. */
  constructor(source: string) {
    if (typeof source !== "string") throw new TypeError("a pattern must be a string");
    this.source = source;
    this.#tokens = tokensOf(source);
    const wild = this.#tokens.findIndex((token) => typeof token === "symbol");
    this.literal = this.#tokens.slice(0, wild === -1 ? undefined : wild).join("");
    const isPrefix = wild === this.#tokens.length - 1 && this.#tokens[wild] === ANY_TEXT;
    this.kind = wild === -1 ? "exact" : isPrefix ? "prefix" : "wild";
  }

  /** Whether its texts are together in the order of texts, or at least within a part of it. */
  get isRange(): boolean {
    return this.kind !== "wild" || this.literal !== "";
  }

  /** Whether a value is a text that matches. */
  matches(text: unknown): boolean {
    if (typeof text !== "string") return false;
    const tokens = this.#tokens;
    let at = 0;
    let token = 0;
    /** The last `*`, and up to where it stands for text; −1 when there was none. */
    let star = -1;
    let taken = 0;
    while (at < text.length) {
      const wanted = tokens[token];
      const size = sizeAt(text, at);
      if (wanted === ANY_TEXT) {
        star = token++;
        taken = at;
      } else if (wanted === ANY_CHARACTER || (typeof wanted === "string" && wanted === text.slice(at, at + size))) {
        token++;
        at += size;
      } else if (star === -1) return false;
      else {
        taken += sizeAt(text, taken);
        at = taken;
        token = star + 1;
      }
    }
    while (tokens[token] === ANY_TEXT) token++;
    return token === tokens.length;
  }
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let isEscaped = false;
  for (const character of source) {
    if (isEscaped) tokens.push(character);
    else if (character === "*") {
      if (tokens.at(-1) !== ANY_TEXT) tokens.push(ANY_TEXT);
    } else if (character === "?") tokens.push(ANY_CHARACTER);
    else if (character !== "\\") tokens.push(character);
    isEscaped = !isEscaped && character === "\\";
  }
  if (isEscaped) throw new TypeError("a pattern may not end in a single \\");
  return tokens;
}

/** How many code units the character at a place has. */
function sizeAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
