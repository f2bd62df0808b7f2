// Formulas as short text, read into what MathML needs: `4 n d^2 + 2 n^2 d`, `\frac { V d } { V + d }`, `"words"`, `d_ff`.
// Pieces stand apart by spaces; a number keeps its grouping and unit (its space does not break). No drawing: `ui/MathText.svelte` does.

export type MathNode =
  | { kind: 'number' | 'name' | 'operator' | 'words'; text: string }
  | { kind: 'scripted'; base: MathNode; sub: MathNode | null; sup: MathNode | null }
  | { kind: 'fraction'; above: MathNode[]; below: MathNode[] };

/** Speech says "times"; nothing is seen. */
const TIMES: MathNode = { kind: 'operator', text: '\u2062' };
const PIECES = /"[^"]*"|\\frac|[{}]|[^ "{}]+/g;

function atom(text: string): MathNode {
  if (/^[\d∞]/.test(text)) return { kind: 'number', text };
  // The operator, not the punctuation: Chinese fonts draw that as wide as a character.
  return { kind: /^\p{L}/u.test(text) ? 'name' : 'operator', text: text === '·' ? '⋅' : text };
}

function piece(text: string): MathNode {
  if (text.startsWith('"')) return { kind: 'words', text: text.slice(1, -1) };
  const [, base, sub, sup] = /^([^_^]+)(?:_([^^]+))?(?:\^(.+))?$/.exec(text) ?? [];
  if (base === undefined || (sub === undefined && sup === undefined)) return atom(text);
  const raised = (script: string | undefined) => (script === undefined ? null : atom(script));
  return { kind: 'scripted', base: atom(base), sub: raised(sub), sup: raised(sup) };
}

const isOperand = (node: MathNode | undefined) =>
  node !== undefined && node.kind !== 'operator' && node.kind !== 'words';
const isOpening = (node: MathNode) => node.kind === 'operator' && node.text === '(';
const isClosing = (node: MathNode | undefined) => node?.kind === 'operator' && node.text === ')';

/** Reads a formula. Never throws: what is not understood stands as it is. */
export function readMath(formula: string): MathNode[] {
  const pieces = formula.match(PIECES) ?? [];
  let at = 0;
  function group(): MathNode[] {
    if (pieces[at] !== '{') return [];
    at++;
    return sequence();
  }
  function sequence(): MathNode[] {
    const nodes: MathNode[] = [];
    while (at < pieces.length) {
      const text = pieces[at++]!;
      if (text === '}') break;
      const node: MathNode = text === '\\frac' ? { kind: 'fraction', above: group(), below: group() } : piece(text);
      const before = nodes.at(-1);
      const isProduct = (isOperand(before) || isClosing(before)) && (isOperand(node) || isOpening(node));
      nodes.push(...(isProduct ? [TIMES, node] : [node]));
    }
    return nodes;
  }
  return sequence();
}

const BREAKS = new Set(['=', '≈', '+', '−', '<', '>', '≤', '≥']);

/** Parts between which a long formula may go on in the next line, each but the first beginning with its operator. */
export function breakMath(nodes: readonly MathNode[]): MathNode[][] {
  const parts: MathNode[][] = [[]];
  for (const node of nodes) {
    const isBreak = node.kind === 'operator' && BREAKS.has(node.text);
    if (isBreak && parts.at(-1)!.length > 0) parts.push([]);
    parts.at(-1)!.push(node);
  }
  return parts;
}
