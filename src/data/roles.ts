// Which stored name means which tensor: the last word of the name decides, whatever stands before it and in whatever case.
export type Role = 'q' | 'k' | 'v' | 'weights';

const ROLES = new Map<string, Role>([
  ['q', 'q'],
  ['query', 'q'],
  ['queries', 'q'],
  ['k', 'k'],
  ['key', 'k'],
  ['keys', 'k'],
  ['v', 'v'],
  ['value', 'v'],
  ['values', 'v'],
  ['attn', 'weights'],
  ['attention', 'weights'],
  ['attentions', 'weights'],
  ['weights', 'weights'],
  ['probs', 'weights'],
]);

function words(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9]/);
}

/** The tensor a name ends in, or null: `layer.0.Query` → `q`, `attn_weights` → `weights`, `q_proj.bias` → null. */
export function roleOf(name: string): Role | null {
  return ROLES.get(words(name).at(-1)!) ?? null;
}

/** What stands before that last word: arrays that share it belong together. */
export function groupOf(name: string): string {
  return words(name).slice(0, -1).join('.');
}
