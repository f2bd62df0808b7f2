// Flash attention for devices with many registers: one workgroup of ACROSS × DOWN threads per tile of ROWS query rows, KEYS keys at a time.
// Thread (x, y) owns the rows y, y + DOWN, …, of their scores the keys x, x + ACROSS, …, of their output the vec4s x, x + ACROSS, …
// A block's keys come in PANELS panels of CHUNK vec4s each, transposed, in two buffers that take turns: while one is multiplied the next
// is on its way from memory to registers, and is put down behind the last reader. So one barrier a panel, and one for the weights.
// Values come the same way where STAGED is 1; else every thread reads them from the caches, where neighbours find the same.
// Rows agree on their maximum through atomics, and only those that pass the kept one by SLACK say anything: after a few blocks, none.
// Base-2 exponents. What a row has so far is carried between dispatches as flash-rows does.
// With PART 1 a workgroup walks one part of the keys, as split-keys does, and leaves its sums for merge-splits.
// Register blocking as in Volkov & Demmel 2008, "Benchmarking GPUs to tune dense linear algebra"; the softmax of Dao et al. 2022.

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(3) var<storage, read> values: array<Stored>;
// [heads, queries, VECTORS]; with PART [parts, heads, queries, VECTORS]
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
// [heads, queries], base 2; HIDDEN for a row that has seen no key. Before the last dispatch, and of a part: the running maximum
@group(0) @binding(5) var<storage, read_write> log_sum_exp: array<f32>;
// [heads, queries]: sums of exponentials between dispatches, and of a part
@group(0) @binding(6) var<storage, read_write> totals: array<f32>;

// How far (in powers of two) a score may pass the kept maximum before the sums are rescaled.
const SLACK: f32 = 8;
// Maximum of a row that has seen no key: so far above HIDDEN that a hidden key's exponential is 0 without asking.
const UNSEEN: f32 = -1e29;
const THREADS = $ACROSSu * $DOWNu;
// vec4s per row of the tile and of a panel of values: whole panels, the last ones zero.
const WIDE = $PANELSu * $CHUNKu;
const PANEL = $KEYSu * $CHUNKu;
// Between the vec4s of a key in a panel: threads that put down one key's vec4s use different banks.
const APART = $KEYSu + 2u;
const BUFFER = $CHUNKu * APART;
// Of the threads across, those whose keys are in one panel of values.
const SHARE = $ACROSSu / $PANELSu;

// [ROWS, WIDE], scaled
var<workgroup> query_tile: array<vec4f, $ROWS * $PANELS * $CHUNK>;
// Two of: [CHUNK, APART] of keys, or [KEYS / PANELS, WIDE] of values
var<workgroup> panels: array<vec4f, 2 * $CHUNK * ($KEYS + 2)>;
// [ROWS, FOURS, ACROSS]: the weights of each thread's own keys, four to a vector
var<workgroup> weights: array<vec4f, $ROWS * $FOURS * $ACROSS>;
// [ROWS]: the largest score told of, in the order of whole numbers
var<workgroup> row_tops: array<atomic<i32>, $ROWS>;

// Floats to whole numbers in the same order, and back.
fn ordered(bits: i32) -> i32 {
  return select(bits ^ 0x7fffffff, bits, bits >= 0);
}

// True when every row of the tile sees all of the visits [first, first + KEYS).
fn is_clear(tile: RowTile, first: i32) -> bool {
  let last = first + $KEYS - 1;
  let windowed = max(first, params.prefix);
  let is_inside =
    tile.begin + windowed - ($ROWS - 1) >= -params.left_steps && tile.begin + last <= params.right_steps;
  return last < tile.end && (last < params.prefix || is_inside);
}

// Number `at` of a panel of keys: vec4 at % CHUNK of key at / CHUNK.
fn key_part(tile: RowTile, kv_offset: u32, first: i32, panel: u32, at: u32) -> vec4f {
  let c = panel * $CHUNKu + at % $CHUNKu;
  let key = key_of(tile, first + i32(at / $CHUNKu));
  let found = load(keys[kv_offset + key * $VECTORSu + min(c, $VECTORSu - 1u)]);
  return select(vec4f(0), found, c < $VECTORSu);
}

fn key_slot(at: u32) -> u32 {
  return (at % $CHUNKu) * APART + at / $CHUNKu;
}

// Number `at` of a panel of values: vec4 at % WIDE of the panel's key at / WIDE. Its keys: the OWN_KEYS of one thread across, then the next's.
fn value_part(tile: RowTile, kv_offset: u32, first: i32, panel: u32, at: u32) -> vec4f {
  let n = at / WIDE;
  let key = key_of(tile, first + i32(panel * SHARE + n / $OWN_KEYSu + (n % $OWN_KEYSu) * $ACROSSu));
  return load(values[kv_offset + key * $VECTORSu + min(at % WIDE, $VECTORSu - 1u)]);
}

@compute @workgroup_size($ACROSS, $DOWN)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) thread: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  var index = params.tile_start + workgroup.x;
  var visit_start = params.visit_start;
  var visit_end = params.visit_end;
  var part_rows = 0u;
  // @repeat once PART
  let part = index / params.tile_count;
  index = index % params.tile_count;
  visit_start = i32(part) * params.visit_end;
  visit_end += visit_start;
  part_rows = part * params.row_base;
  // @end
  let tile = row_tile(index, visit_end);
  if (is_done(tile, visit_start)) {
    return;
  }
  let x = thread.x;
  let y = thread.y;
  let is_first = $PARTu == 1u || visit_start == 0;
  let kv_offset = params.key_base + tile.kv_head * params.key_count * $VECTORSu;
  let row_offset = tile.head * params.query_count;
  // Of log_sum_exp and totals: a part's rows begin anew, whole rows where they are bound.
  let row_base = select(params.row_base + row_offset, part_rows + row_offset, $PARTu == 1u);
  let output_base = params.output_base + (part_rows + row_offset) * $VECTORSu;
  for (var at = lane; at < $ROWSu * WIDE; at += THREADS) {
    let c = at % WIDE;
    let source = params.query_base + (row_offset + row_query(tile, at / WIDE)) * $VECTORSu + min(c, $VECTORSu - 1u);
    query_tile[at] = select(vec4f(0), load(queries[source]) * params.scale, c < $VECTORSu);
  }
  for (var r = lane; r < $ROWSu; r += THREADS) {
    atomicStore(&row_tops[r], ordered(bitcast<i32>(UNSEEN)));
  }
  // @repeat r OWN_ROWS
  let own$r = y + $ru * $DOWNu;
  var maximum$r = UNSEEN;
  // Of the keys this thread scores; the rest of the row's sum is with its neighbours.
  var total$r = 0.0;
  // @repeat c OWN_COLUMNS
  var o$r_$c = vec4f(0);
  // @end
  if (!is_first) {
    let row = row_query(tile, own$r);
    maximum$r = log_sum_exp[row_base + row];
    total$r = select(0.0, totals[row_base + row], x == 0u);
    // @repeat c OWN_COLUMNS
    o$r_$c = output[output_base + row * $VECTORSu + min(x + $cu * $ACROSSu, $VECTORSu - 1u)];
    // @end
  }
  // @end
  if (visit_start < tile.end) {
    for (var at = lane; at < PANEL; at += THREADS) {
      panels[key_slot(at)] = key_part(tile, kv_offset, visit_start, 0u, at);
    }
  }
  workgroupBarrier();
  for (var first = visit_start; first < tile.end; first += $KEYS) {
    // @repeat r OWN_ROWS
    // @repeat f FOURS
    // @repeat k 4
    var s$r_$f_$k = 0.0;
    // @end
    // @end
    // @end
    for (var panel = 0u; panel < $PANELSu; panel++) {
      let is_last_panel = panel + 1u == $PANELSu;
      // The next panel: of these keys, after the last of these values or of the next keys.
      // @repeat n LOADS
      var next$n = vec4f(0);
      // @end
      if (is_last_panel) {
        // @repeat n LOADS
        // @repeat once STAGED
        next$n = value_part(tile, kv_offset, first, 0u, lane + $nu * THREADS);
        // @end
        // @repeat once STREAMED
        next$n = key_part(tile, kv_offset, first + $KEYS, 0u, lane + $nu * THREADS);
        // @end
        // @end
      } else {
        // @repeat n LOADS
        next$n = key_part(tile, kv_offset, first, panel + 1u, lane + $nu * THREADS);
        // @end
      }
      let front = (panel & 1u) * BUFFER;
      let back = BUFFER - front;
      for (var c = 0u; c < $CHUNKu; c++) {
        // @repeat f FOURS
        // @repeat k 4
        let key$f_$k = panels[front + c * APART + x + ($fu * 4u + $ku) * $ACROSSu];
        // @end
        // @end
        // @repeat r OWN_ROWS
        let q$r = query_tile[own$r * WIDE + panel * $CHUNKu + c];
        // One chain of multiply-adds over the whole row would need a fifth fewer instructions and miss the error gate at scores of 10⁴
        // (log-sum-exp off by 0.025, allowed 0.0135).
        // @repeat f FOURS
        // @repeat k 4
        s$r_$f_$k += dot(q$r, key$f_$k);
        // @end
        // @end
        // @end
      }
      if (is_last_panel) {
        // The same answer in the whole workgroup: inside a window nothing is asked of single keys.
        if (!is_clear(tile, first)) {
          // @repeat r OWN_ROWS
          // @repeat f FOURS
          // @repeat k 4
          s$r_$f_$k = select(HIDDEN, s$r_$f_$k, sees(tile, i32(own$r), first + i32(x + ($fu * 4u + $ku) * $ACROSSu)));
          // @end
          // @end
          // @end
        }
        // @repeat r OWN_ROWS
        var top$r = s$r_0_0;
        // @repeat f FOURS
        // @repeat k 4
        top$r = max(top$r, s$r_$f_$k);
        // @end
        // @end
        if (top$r > maximum$r + SLACK) {
          atomicMax(&row_tops[own$r], ordered(bitcast<i32>(top$r)));
        }
        // @end
      }
      // @repeat n LOADS
      let at$n = lane + $nu * THREADS;
      if (PANEL % THREADS == 0u || at$n < PANEL) {
        panels[back + select(key_slot(at$n), at$n, is_last_panel && $STAGEDu == 1u)] = next$n;
      }
      // @end
      workgroupBarrier();
    }
    // @repeat r OWN_ROWS
    let told$r = bitcast<f32>(ordered(atomicLoad(&row_tops[own$r])));
    // The threads of a row agree: they compare the same numbers.
    if (told$r > maximum$r + SLACK) {
      let fade$r = exp2(maximum$r - told$r);
      maximum$r = told$r;
      total$r *= fade$r;
      // @repeat c OWN_COLUMNS
      o$r_$c *= fade$r;
      // @end
    }
    // @repeat f FOURS
    // @repeat k 4
    s$r_$f_$k = exp2(s$r_$f_$k - maximum$r);
    total$r += s$r_$f_$k;
    // @end
    weights[(own$r * $FOURSu + $fu) * $ACROSSu + x] = vec4f(s$r_$f_0, s$r_$f_1, s$r_$f_2, s$r_$f_3);
    // @end
    // @end
    workgroupBarrier();
    // @repeat once STAGED
    for (var panel = 0u; panel < $PANELSu; panel++) {
      let is_last_panel = panel + 1u == $PANELSu;
      // @repeat n LOADS
      var next$n = vec4f(0);
      // @end
      if (is_last_panel) {
        // @repeat n LOADS
        next$n = key_part(tile, kv_offset, first + $KEYS, 0u, lane + $nu * THREADS);
        // @end
      } else {
        // @repeat n LOADS
        next$n = value_part(tile, kv_offset, first, panel + 1u, lane + $nu * THREADS);
        // @end
      }
      let front = (panel & 1u) * BUFFER;
      let back = BUFFER - front;
      for (var n = 0u; n < SHARE; n++) {
        // @repeat f FOURS
        // @repeat r OWN_ROWS
        let share$r_$f = weights[(own$r * $FOURSu + $fu) * $ACROSSu + panel * SHARE + n];
        // @end
        // @repeat k 4
        // @repeat c OWN_COLUMNS
        let value$f_$k_$c = panels[front + (n * $OWN_KEYSu + $fu * 4u + $ku) * WIDE + min(x + $cu * $ACROSSu, WIDE - 1u)];
        // @repeat r OWN_ROWS
        o$r_$c = fma(vec4f(share$r_$f[$k]), value$f_$k_$c, o$r_$c);
        // @end
        // @end
        // @end
        // @end
      }
      // @repeat n LOADS
      let at$n = lane + $nu * THREADS;
      if (PANEL % THREADS == 0u || at$n < PANEL) {
        panels[back + select(at$n, key_slot(at$n), is_last_panel)] = next$n;
      }
      // @end
      workgroupBarrier();
    }
    // @end
    // @repeat once STREAMED
    for (var from_x = 0u; from_x < $ACROSSu; from_x++) {
      // @repeat f FOURS
      // @repeat r OWN_ROWS
      let share$r_$f = weights[(own$r * $FOURSu + $fu) * $ACROSSu + from_x];
      // @end
      // @repeat k 4
      let source$f_$k = kv_offset + key_of(tile, first + i32(from_x + ($fu * 4u + $ku) * $ACROSSu)) * $VECTORSu;
      // @repeat c OWN_COLUMNS
      let value$f_$k_$c = load(values[source$f_$k + min(x + $cu * $ACROSSu, $VECTORSu - 1u)]);
      // @repeat r OWN_ROWS
      o$r_$c = fma(vec4f(share$r_$f[$k]), value$f_$k_$c, o$r_$c);
      // @end
      // @end
      // @end
      // @end
    }
    // @end
  }
  // No thread is still reading weights: their memory carries the sums.
  workgroupBarrier();
  // @repeat r OWN_ROWS
  weights[own$r * $FOURSu * $ACROSSu + x].x = total$r;
  // @end
  workgroupBarrier();
  // @repeat r OWN_ROWS
  if (has_row(tile, own$r)) {
    var sum = 0.0;
    for (var from_x = 0u; from_x < $ACROSSu; from_x++) {
      sum += weights[own$r * $FOURSu * $ACROSSu + from_x].x;
    }
    let row = row_query(tile, own$r);
    var scale = 1.0;
    var kept = maximum$r;
    if (tile.is_last && $PARTu == 0u) {
      let is_live = sum > 0;
      scale = select(0.0, 1 / sum, is_live);
      kept = select(HIDDEN, maximum$r + log2(max(sum, 1e-30)), is_live);
    }
    // @repeat c OWN_COLUMNS
    if (x + $cu * $ACROSSu < $VECTORSu) {
      output[output_base + row * $VECTORSu + x + $cu * $ACROSSu] = o$r_$c * scale;
    }
    // @end
    if (x == 0u) {
      log_sum_exp[row_base + row] = kept;
      totals[row_base + row] = sum;
    }
  }
  // @end
}
