/** How a command speaks: words for people on standard output, one JSON value with `--json`, colour only on a terminal that wants it. */
export interface Terminal {
  /** Prints a line, unless `--json` was given. */
  say(line?: string): void;
  /** Prints the command's result as JSON, when `--json` was given. */
  result(value: unknown): void;
  readonly style: Style;
  /** How many columns a line of prose may take: those of the terminal, and 100 at most. Without bound where a program reads: it looks for whole lines. */
  readonly width: number;
  /** True when a person watches: progress may redraw a line. */
  readonly live: boolean;
  /** Redraws one line on standard error while `live`; an empty text removes it. */
  progress(text: string): void;
}

/** A count and its noun: `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly accent: Paint;
}

/** The streams that a terminal writes to; tests give their own. */
export interface Streams {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
}

/** Prose in longer lines is hard to read. */
const widest = 100;

export function createTerminal(json: boolean, streams: Streams = { out: process.stdout, err: process.stderr }): Terminal {
  const live = streams.err.isTTY === true && !json;
  return {
    say: (line = "") => {
      if (!json) streams.out.write(`${shown(line)}\n`);
    },
    result: (value) => {
      if (json) streams.out.write(shown(`${JSON.stringify(value)}\n`));
    },
    style: createStyle(wantsColour(streams.out)),
    width: streams.out.isTTY === true ? Math.min(streams.out.columns || widest, widest) : Number.POSITIVE_INFINITY,
    live,
    progress: (text) => {
      if (live) streams.err.write(`\r\u001b[2K${text}`);
    },
  };
}

// DEL, the C1 controls, which some terminals obey in UTF-8 too, and the signs that turn text around.
const commands = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text as it may go to a terminal. A signed note may hold signs that a terminal obeys, and whoever signed it need not be honest: they are written out as
 * JSON writes them, which inside of JSON means the same. Our own colours begin with another sign, which no note may hold.
 */
export function shown(text: string): string {
  return text.replace(commands, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** https://no-color.org: colour on a terminal only, and never when NO_COLOR is set. */
export function wantsColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb";
}

export function createStyle(colour: boolean): Style {
  const paint = (code: string): Paint => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { bold: paint("1"), dim: paint("2"), good: paint("32"), bad: paint("31"), warn: paint("33"), accent: paint("36") };
}
