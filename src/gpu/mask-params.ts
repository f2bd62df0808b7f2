// A problem's mask as the numbers of `shaders/lib/visibility.wgsl`.
import type { ResolvedProblem } from '../contract/problem.ts';

export function maskParams(problem: ResolvedProblem) {
  const { causal, left, right, dilation, globalTokens } = problem.mask;
  // A reach that nothing exceeds, as an integer the shader can hold.
  const unlimited = problem.queryLength + problem.keyLength;
  return {
    causal: causal ? 1 : 0,
    left: Math.min(left, unlimited),
    right: Math.min(right, unlimited),
    dilation,
    global_tokens: globalTokens,
  };
}
