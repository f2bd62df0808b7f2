// The mask's rule for one pair, as in `src/contract/visibility.ts`. Needs params: causal, left, right, dilation, global_tokens.

const HIDDEN: f32 = -1e30;

fn is_visible(position: i32, key: i32) -> bool {
  let offset = key - position;
  let in_window = offset >= -params.left && offset <= params.right && offset % params.dilation == 0;
  let is_open = in_window || key < params.global_tokens || position < params.global_tokens;
  return is_open && (params.causal == 0u || key <= position);
}
