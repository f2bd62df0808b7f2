// Masked scaled scores of some rows of one head, in powers of two. One thread per four rows and four keys.

struct Params {
  query_base: u32,
  key_base: u32,
  row_start: u32,
  row_end: u32,
  key_count: u32,
  key_vectors: u32,
  score_base: u32,
  key_offset: i32,
  causal: u32,
  left: i32,
  right: i32,
  dilation: i32,
  global_tokens: i32,
  scale: f32,
  unit_start: u32,
  unit_end: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// This head's [queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// Its key head's [keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [row_end − row_start, key_vectors] from score_base; HIDDEN where a query does not see a key and in the padding
@group(0) @binding(3) var<storage, read_write> scores: array<vec4f>;

fn sum(v: vec4f) -> f32 {
  return (v.x + v.y) + (v.z + v.w);
}

fn score(query: u32, key: u32, value: f32) -> f32 {
  let visible = key < params.key_count && is_visible(i32(query) + params.key_offset, i32(key));
  return select(HIDDEN, value, visible);
}

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = params.unit_start + id.x;
  if (unit >= params.unit_end) {
    return;
  }
  let first = params.row_start + unit / params.key_vectors * 4u;
  let key = unit % params.key_vectors * 4u;
  // @repeat r 4
  let q_from$r = params.query_base + min(first + $ru, params.row_end - 1u) * $VECTORSu;
  let k_from$r = params.key_base + min(key + $ru, params.key_count - 1u) * $VECTORSu;
  // @repeat j 4
  var s$r_$j = vec4f(0);
  // @end
  // @end
  for (var c = 0u; c < $VECTORSu; c++) {
    // @repeat r 4
    let q$r = load(queries[q_from$r + c]) * params.scale;
    let k$r = load(keys[k_from$r + c]);
    // @end
    // @repeat r 4
    // @repeat j 4
    s$r_$j += q$r * k$j;
    // @end
    // @end
  }
  // @repeat r 4
  if (first + $ru < params.row_end) {
    let query$r = first + $ru;
    scores[params.score_base + (query$r - params.row_start) * params.key_vectors + key / 4u] = vec4f(
      score(query$r, key, sum(s$r_0)),
      score(query$r, key + 1u, sum(s$r_1)),
      score(query$r, key + 2u, sum(s$r_2)),
      score(query$r, key + 3u, sum(s$r_3)),
    );
  }
  // @end
}
