// Turns a shader's text into the text that is compiled: `$NAME` constants and unrolled loops.
// Not a compiler: it knows nothing of WGSL. Called by `pipelines.ts`.
//
//   // @repeat r ROWS       the lines up to the matching `// @end`, ROWS times, `$r` = 0, 1, …
//   // @end
//
// A name may be followed by letters that belong to WGSL: `$cu` is the constant of `c` and the suffix `u`.

export type Constants = Readonly<Record<string, number>>;
type Names = Readonly<Record<string, number | string>>;

function substitute(line: string, names: Names): string {
  if (!line.includes('$')) return line;
  let result = line;
  const longestFirst = Object.keys(names).sort((a, b) => b.length - a.length);
  for (const name of longestFirst) result = result.replaceAll(`$${name}`, String(names[name]));
  if (result.includes('$')) throw new Error(`unknown constant in shader line: ${line.trim()}`);
  return result;
}

function endOfBlock(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let at = start; at < lines.length; at++) {
    const text = lines[at]!.trim();
    if (text.startsWith('// @repeat ')) depth++;
    if (text === '// @end' && --depth === 0) return at;
  }
  throw new Error(`shader block without end: ${lines[start]}`);
}

function repeated(body: readonly string[], names: Names, name: string, times: number): string[] {
  return Array.from({ length: times }, (_, value) => expand(body, { ...names, [name]: value })).flat();
}

function expand(lines: readonly string[], names: Names): string[] {
  const result: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const block = /^\s*\/\/ @repeat (\w+) (\w+)$/.exec(line);
    if (!block) {
      result.push(substitute(line, names));
      continue;
    }
    const [, name, bound] = block as unknown as [string, string, string];
    const times = Number(names[bound] ?? bound);
    if (!Number.isInteger(times)) throw new Error(`unknown count in shader line: ${line.trim()}`);
    const end = endOfBlock(lines, at);
    result.push(...repeated(lines.slice(at + 1, end), names, name, times));
    at = end;
  }
  return result;
}

/** The text with every loop unrolled and every constant filled in. Throws on a name nobody gave. */
export function specialise(source: string, constants: Constants): string {
  return expand(source.split('\n'), constants).join('\n');
}
