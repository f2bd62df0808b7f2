// Which cases and contestants a command line names. Pure.

/** True when one of the comma-separated patterns is part of the name, or ends it (`causal$`). No pattern takes all. */
export function isSelected(name: string, patterns: string): boolean {
  if (patterns === '') return true;
  return patterns.split(',').some((p) => (p.endsWith('$') ? name.endsWith(p.slice(0, -1)) : name.includes(p)));
}
