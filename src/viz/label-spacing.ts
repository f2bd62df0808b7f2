// Moves labels that would overlap apart along one axis, each as little as the others allow. Called by charts with direct labels.

interface Cluster {
  /** Indices of its labels, in order. */
  members: number[];
  /** Sum of the members' wishes for the cluster's first label. */
  wishes: number;
}

/**
 * Centres for labels that wish to stand at `wanted`, in the same order, at least `spacing` apart and inside `0…length`
 * (where there is room for all). Neighbours that collide share the way (least squares, pool adjacent violators).
 */
export function spreadLabels(wanted: readonly number[], spacing: number, length: number): number[] {
  const order = wanted.map((_, n) => n).sort((a, b) => wanted[a]! - wanted[b]!);
  const clusters: Cluster[] = [];
  for (const n of order) {
    clusters.push({ members: [n], wishes: wanted[n]! });
    while (clusters.length > 1 && startOf(clusters.at(-1)!) < endOf(clusters.at(-2)!, spacing)) {
      const last = clusters.pop()!;
      const before = clusters.at(-1)!;
      before.wishes += last.wishes - last.members.length * before.members.length * spacing;
      before.members.push(...last.members);
    }
  }
  const placed = new Array<number>(wanted.length).fill(0);
  for (const cluster of clusters)
    cluster.members.forEach((n, place) => (placed[n] = startOf(cluster) + place * spacing));
  return keepInside(placed, order, spacing, length);
}

const startOf = ({ members, wishes }: Cluster) => wishes / members.length;
const endOf = (cluster: Cluster, spacing: number) => startOf(cluster) + cluster.members.length * spacing;

function keepInside(placed: number[], order: readonly number[], spacing: number, length: number): number[] {
  let most = length - spacing / 2;
  for (const n of [...order].reverse()) {
    placed[n] = Math.min(placed[n]!, most);
    most = placed[n] - spacing;
  }
  let least = Math.min(spacing / 2, length / 2);
  for (const n of order) {
    placed[n] = Math.max(placed[n]!, least);
    least = placed[n] + spacing;
  }
  return placed;
}
