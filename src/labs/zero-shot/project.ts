// Vectors on a plane: the first two principal components, by ml-pca. The signs of components are arbitrary; here each points so that its
// largest coordinate is positive, so that a new label does not mirror the picture. Called by the projection panel.
import { PCA } from 'ml-pca';

export interface PlanePoint {
  x: number;
  y: number;
}

export interface Plane {
  points: PlanePoint[];
  /** Of the variance of all vectors, what each of the two components holds; 0…1. */
  shares: [number, number];
}

/** A decomposition of more vectors would hold up the page; the axes are then those of the first of them. */
const MOST_FITTED = 64;

/**
 * Rows of `vectors` `[count, width]`; put first what the axes must not miss. Fewer than three vectors, or equal ones, span no plane: all lie
 * at the origin. `shares` are of the variance of all vectors, fitted or not.
 */
export function projectOnPlane(vectors: Float32Array, width: number): Plane {
  const count = vectors.length / width;
  const rows = Array.from({ length: count }, (_, row) => [...vectors.subarray(row * width, (row + 1) * width)]);
  const means = Array.from({ length: width }, (_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / count);
  const total = rows.reduce((sum, row) => sum + row.reduce((own, value, n) => own + (value - means[n]!) ** 2, 0), 0);
  if (count < 3 || total < 1e-12) return { points: rows.map(() => ({ x: 0, y: 0 })), shares: [0, 0] };
  const pca = new PCA(rows.slice(0, MOST_FITTED), { method: 'SVD' });
  const scores = pca.predict(rows, { nComponents: 2 }).to2DArray();
  const component = (at: number) => {
    const values = scores.map((row) => row[at] ?? 0);
    const largest = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    return largest < 0 ? values.map((value) => -value) : values;
  };
  const [x, y] = [component(0), component(1)];
  const held = (values: number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / total;
  };
  return { points: x.map((value, at) => ({ x: value, y: y[at]! })), shares: [held(x), held(y)] };
}
