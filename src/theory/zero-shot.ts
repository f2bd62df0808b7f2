// Classifying by labels' own texts: ŷ = arg max cos(f(x), f(t_y)), and a softmax over the cosines for how sure it looks (Radford et al.
// 2021, "Learning Transferable Visual Models From Natural Language Supervision", §3.1.2). Pure. Called by the zero-shot lab.

/** exp(score/τ) over their sum; the largest is subtracted first. τ above 0. */
export function softmax(scores: ArrayLike<number>, temperature: number): number[] {
  const all = Array.from(scores);
  const largest = Math.max(...all);
  const powers = all.map((score) => Math.exp((score - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The index of the largest, the first of equals; -1 of none. */
export function nearest(scores: ArrayLike<number>): number {
  let best = -1;
  for (let index = 0; index < scores.length; index++) if (best < 0 || scores[index]! > scores[best]!) best = index;
  return best;
}

/** The nearest label of each row of scores `[texts, labels]`. */
export function decide(scores: Float32Array, labels: number): number[] {
  const rows = labels === 0 ? 0 : scores.length / labels;
  return Array.from({ length: rows }, (_, row) => nearest(scores.subarray(row * labels, (row + 1) * labels)));
}

/** `{}` in a template stands for the label. */
export const LABEL_PLACE = '{}';

/** What is embedded for a label: its name in the template, then its description where it is asked for. */
export function labelText(name: string, description: string, template: string, describes: boolean): string {
  const named = template.split(LABEL_PLACE).join(name.trim());
  const more = description.trim();
  if (!describes || more === '') return named;
  return /[.!?。]$/.test(named) ? `${named} ${more}` : `${named}: ${more}`;
}
