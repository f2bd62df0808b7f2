// The configuration on screen as a program for NumPy or PyTorch that runs as it stands: shapes, mask, scale, softmax, output and
// log-sum-exp, with seeded stand-ins for Q, K and V. The mask is CONTRACT's `visible(i, j)`, written once for both.
// Called by the lab's exports; a unit test runs the programs against `math/`.
import { NORMALISATION } from '../../contract/version.ts';
import type { Provenance } from './provenance.ts';

export type PythonLibrary = 'numpy' | 'pytorch';

const number = (value: number) => (value === Infinity ? 'inf' : String(value));
const truth = (value: boolean) => (value ? 'True' : 'False');

/** Foreign words in a comment: one line, nothing invisible. */
function comment(text: string): string {
  return `# ${text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').slice(0, 300)}`;
}

/** CONTRACT §1: which key each query sees, `[n, m]`. Works on arrays and tensors alike. */
export const MASK_LINES = [
  'p = i + m - n  # a query stands at the end of the keys',
  'offset = j - p',
  'visible = (offset >= -left) & (offset <= right) & (offset % dilation == 0)',
  'visible = visible | (j < global_tokens) | (p < global_tokens)',
  'if causal:',
  '    visible = visible & (j <= p)',
];

function settingLines({ full, windowed, head, source }: Provenance): string[] {
  const { heads, kvHeads, queryLength, keyLength, headDim, scale } = full;
  const { causal, left, right, dilation, globalTokens } = windowed.mask;
  return [
    `heads, kv_heads, n, m, d = ${heads}, ${kvHeads}, ${queryLength}, ${keyLength}, ${headDim}`,
    `causal, left, right, dilation, global_tokens = ${truth(causal)}, ${number(left)}, ${number(right)}, ${dilation}, ${globalTokens}`,
    ...(source.isMatrix ? [] : [`scale = ${scale}`]),
    `head = ${head}  # the one on screen`,
  ];
}

function headLines(provenance: Provenance, library: string): string[] {
  const { version, link, source } = provenance;
  const seed = source.seed === null ? '' : `, seed ${source.seed}`;
  return [
    `# Attention Lab ${version}: the configuration on screen, in ${library}. Weights: ${NORMALISATION}.`,
    comment(`Source: ${source.kind}${seed}, layer ${source.layer}: ${source.name}`),
    ...(link ? [comment(link)] : []),
  ];
}

const NUMPY_TENSORS = (seed: number) => [
  '# Q [heads, n, d], K and V [kv_heads, m, d]: seeded stand-ins for the page’s own. Put yours here, e.g.',
  '# q, k, v = (np.load(name) for name in ("q.npy", "k.npy", "v.npy"))',
  `rng = np.random.default_rng(${seed})`,
  'q = rng.standard_normal((heads, n, d)).astype(np.float32)',
  'k = rng.standard_normal((kv_heads, m, d)).astype(np.float32)',
  'v = rng.standard_normal((kv_heads, m, d)).astype(np.float32)',
];
const PYTORCH_TENSORS = (seed: number) => [
  '# Q [heads, n, d], K and V [kv_heads, m, d]: seeded stand-ins for the page’s own. Put yours here.',
  `torch.manual_seed(${seed})`,
  'q = torch.randn(heads, n, d)',
  'k = torch.randn(kv_heads, m, d)',
  'v = torch.randn(kv_heads, m, d)',
];

function numpy(provenance: Provenance): string[] {
  const seed = provenance.source.seed ?? 1;
  const index = ['i = np.arange(n)[:, None]', 'j = np.arange(m)[None, :]', ...MASK_LINES];
  const start = [...headLines(provenance, 'NumPy'), 'import numpy as np', '', 'inf = np.inf'];
  if (provenance.source.isMatrix)
    return [
      ...start,
      ...settingLines(provenance),
      '',
      '# A ready matrix [heads, n, m] whose rows sum to 1: a seeded stand-in. Put yours here.',
      `rng = np.random.default_rng(${seed})`,
      'full = rng.dirichlet(np.ones(m), size=(heads, n))',
      '',
      ...index,
      '',
      '# What the mask hides is taken out and each row scaled back to a sum of 1; a row that sees nothing stays 0.',
      'weights = np.where(visible, full, 0)',
      'total = weights.sum(axis=-1, keepdims=True)',
      'weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)',
      '',
      'print("weights of head", head, weights[head].shape)',
      'print(np.round(weights[head][:8, :8], 3))',
    ];
  return [
    ...start,
    ...settingLines(provenance),
    '',
    ...NUMPY_TENSORS(seed),
    '',
    ...index,
    '',
    '# Grouped queries share a key head.',
    'k, v = (np.repeat(x, heads // kv_heads, axis=0) for x in (k, v))',
    'scores = scale * np.einsum("hid,hjd->hij", q.astype(np.float64), k.astype(np.float64))',
    'scores = np.where(visible, scores, -inf)',
    '# Softmax over the visible keys; the maximum goes first, so that nothing overflows. A row that sees nothing gives 0.',
    'top = np.max(scores, axis=-1, keepdims=True, initial=-inf)',
    'top = np.where(np.isfinite(top), top, 0)',
    'e = np.exp(scores - top)',
    'total = e.sum(axis=-1, keepdims=True)',
    'weights = np.divide(e, total, out=np.zeros_like(e), where=total > 0)',
    'with np.errstate(divide="ignore"):',
    '    log_sum_exp = (top + np.log(total))[..., 0]',
    'output = weights @ v',
    '',
    'print("visible pairs per head:", int(visible.sum()), "of", n * m)',
    'print("output", output.shape, "log-sum-exp", log_sum_exp.shape)',
    'print(np.round(weights[head][:8, :8], 3))',
  ];
}

function pytorch(provenance: Provenance): string[] {
  const seed = provenance.source.seed ?? 1;
  const index = ['i = torch.arange(n)[:, None]', 'j = torch.arange(m)[None, :]', ...MASK_LINES];
  const start = [...headLines(provenance, 'PyTorch'), 'import torch', '', 'inf = float("inf")'];
  if (provenance.source.isMatrix)
    return [
      ...start,
      ...settingLines(provenance),
      '',
      '# A ready matrix [heads, n, m] whose rows sum to 1: a seeded stand-in. Put yours here.',
      `torch.manual_seed(${seed})`,
      'full = torch.softmax(torch.randn(heads, n, m), dim=-1)',
      '',
      ...index,
      '',
      '# What the mask hides is taken out and each row scaled back to a sum of 1; a row that sees nothing stays 0.',
      'weights = torch.where(visible, full, 0.0)',
      'total = weights.sum(dim=-1, keepdim=True)',
      'weights = torch.where(total > 0, weights / total, 0.0)',
      '',
      'print("weights of head", head, tuple(weights[head].shape))',
      'print(weights[head][:8, :8])',
    ];
  return [
    ...start,
    ...settingLines(provenance),
    '',
    ...PYTORCH_TENSORS(seed),
    '',
    ...index,
    '',
    '# Grouped queries share a key head.',
    'k, v = (x.repeat_interleave(heads // kv_heads, dim=0) for x in (k, v))',
    'scores = (scale * q @ k.transpose(-1, -2)).masked_fill(~visible, -inf)',
    'log_sum_exp = torch.logsumexp(scores, dim=-1)',
    '# Softmax over the visible keys; a row that sees nothing gives 0.',
    'weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)',
    'output = weights @ v',
    '',
    '# The fused kernel (PyTorch 2.1 or newer) gives the same wherever a query sees a key:',
    'fused = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=visible, scale=scale)',
    'sees = visible.any(dim=-1)',
    'print("largest difference to the fused kernel:", float((fused - output)[:, sees].abs().max()))',
    'print("visible pairs per head:", int(visible.sum()), "of", n * m)',
    'print("output", tuple(output.shape), "log-sum-exp", tuple(log_sum_exp.shape))',
    'print(weights[head][:8, :8])',
  ];
}

export function pythonSnippet(library: PythonLibrary, provenance: Provenance): string {
  return `${(library === 'numpy' ? numpy : pytorch)(provenance).join('\n')}\n`;
}
