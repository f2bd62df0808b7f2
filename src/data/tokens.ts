// Token labels from a file: strings of any content, kept as they are but of bounded length. They are only ever shown as
// text. Called by the JSON and CSV importers.
import { refuse } from './refuse.ts';

const MOST_TOKENS = 65_536;
const LONGEST_TOKEN = 200;

export function readTokens(file: string, value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_TOKENS)
    return refuse(file, 'tokens-mismatch', { value: 'tokens', allowed: `a list of 1 to ${MOST_TOKENS} strings` });
  return value.map((token: unknown, index) => {
    if (typeof token !== 'string')
      return refuse(file, 'tokens-mismatch', { value: typeof token, allowed: 'strings', numbers: { index } });
    return token.length > LONGEST_TOKEN ? `${token.slice(0, LONGEST_TOKEN - 1)}…` : token;
  });
}
