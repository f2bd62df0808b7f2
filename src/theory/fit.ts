// Fits `y = factor · x^exponent` by least squares on logarithms. Pure; called by the timing chart and the bench report.

export interface PowerLaw {
  exponent: number;
  /** `y` at `x = 1`. */
  factor: number;
  /** Standard error of the exponent; null with two points, where no residual is left to judge by. */
  exponentError: number | null;
  /** Points that could be used: both coordinates finite and above 0. */
  points: number;
}

/** Slope and intercept of `ln y` over `ln x`. Null unless two usable points differ in `x`. Other points are left out. */
export function fitPowerLaw(xs: readonly number[], ys: readonly number[]): PowerLaw | null {
  const usable: { u: number; w: number }[] = [];
  for (let n = 0; n < Math.min(xs.length, ys.length); n++) {
    const x = xs[n]!;
    const y = ys[n]!;
    if (x > 0 && y > 0 && x < Infinity && y < Infinity) usable.push({ u: Math.log(x), w: Math.log(y) });
  }
  const points = usable.length;
  if (points < 2) return null;
  const meanU = usable.reduce((sum, { u }) => sum + u, 0) / points;
  const meanW = usable.reduce((sum, { w }) => sum + w, 0) / points;
  let squares = 0;
  let products = 0;
  for (const { u, w } of usable) {
    squares += (u - meanU) ** 2;
    products += (u - meanU) * (w - meanW);
  }
  if (squares === 0) return null;
  const exponent = products / squares;
  let residual = 0;
  for (const { u, w } of usable) residual += (w - meanW - exponent * (u - meanU)) ** 2;
  return {
    exponent,
    factor: Math.exp(meanW - exponent * meanU),
    exponentError: points > 2 ? Math.sqrt(residual / (points - 2) / squares) : null,
    points,
  };
}

/** The fitted law at `x`. */
export function predict(law: PowerLaw, x: number): number {
  return law.factor * x ** law.exponent;
}
