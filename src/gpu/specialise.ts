// Turns a shader's text into the text that is compiled: `$NAME` constants and unrolled loops.
// Not a compiler: it knows nothing of WGSL. Called by `pipelines.ts`.
//
//   // @repeat c VECTORS      the lines up to the matching `// @end`, VECTORS times, `$c` = 0, 1, …
//   // @end
//
// A name may be followed by letters that belong to WGSL: `$cu` is the constant of `c` and the suffix `u`.

export type Constants = Readonly<Record<string, number>>;

function substitute(line: string, constants: Constants): string {
  if (!line.includes('$')) return line;
  let result = line;
  const longestFirst = Object.keys(constants).sort((a, b) => b.length - a.length);
  for (const name of longestFirst) result = result.replaceAll(`$${name}`, String(constants[name]));
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

function expand(lines: readonly string[], constants: Constants): string[] {
  const result: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const repeat = /^\s*\/\/ @repeat (\w+) (\w+)$/.exec(line);
    if (!repeat) {
      result.push(substitute(line, constants));
      continue;
    }
    const [, name, bound] = repeat as unknown as [string, string, string];
    const times = constants[bound] ?? Number(bound);
    if (!Number.isInteger(times)) throw new Error(`unknown count in shader line: ${line.trim()}`);
    const end = endOfBlock(lines, at);
    const body = lines.slice(at + 1, end);
    for (let value = 0; value < times; value++) result.push(...expand(body, { ...constants, [name]: value }));
    at = end;
  }
  return result;
}

/** The text with every loop unrolled and every constant filled in. Throws on a name nobody gave. */
export function specialise(source: string, constants: Constants): string {
  return expand(source.split('\n'), constants).join('\n');
}
