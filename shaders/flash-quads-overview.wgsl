// Flash attention of one head and its picture in passing: flash-quads, and at the end of every block of keys each row notes what the block
// gave it: log2 of its sum of exponentials, or its largest score. `overview-blocks` makes weights of these once the rows are whole.
// Blocks are walked one by one, so a visit never spans two; where their keys are no multiple of KEYS the last visit of each is part empty.

enable subgroups;

@group(0) @binding(0) var<uniform> params: Params;
// [heads, queries, VECTORS]
@group(0) @binding(1) var<storage, read> queries: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(2) var<storage, read> keys: array<Stored>;
// [kv heads, keys, VECTORS]
@group(0) @binding(3) var<storage, read> values: array<Stored>;
// [heads, queries, VECTORS]
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
// [heads, queries], base 2; HIDDEN for a row that has seen no key. Before the last dispatch: the running maximum
@group(0) @binding(5) var<storage, read_write> log_sum_exp: array<f32>;
// [heads, queries]: sums of exponentials between dispatches
@group(0) @binding(6) var<storage, read_write> totals: array<f32>;
// [blocks, rows of the chunk]: notes; 0 where a row sees nothing of a block
@group(0) @binding(7) var<storage, read_write> notes: array<f32>;

// [OWN_ROWS]: sums of exponentials of the blocks before this one, and the maximum they are relative to
var<private> earlier: array<f32, $OWN_ROWS>;
var<private> earlier_maximum: array<f32, $OWN_ROWS>;

// Block b holds the keys [b · M / blocks, (b + 1) · M / blocks), rounded down.
fn first_key(block: u32) -> u32 {
  return block * params.key_count / params.blocks;
}

fn block_of(key: u32) -> u32 {
  return ((key + 1u) * params.blocks - 1u) / params.key_count;
}

// Visits of keys before this one.
fn visits_before(tile: RowTile, key: u32) -> i32 {
  let away = i32(key) - tile.position;
  let steps = (away + select(0, params.stride - 1, away > 0)) / params.stride;
  return select(max(params.prefix, steps - tile.begin), i32(key), i32(key) <= params.prefix);
}

// Notes the block of every row and begins another; `is_resumed`: an earlier dispatch noted a part of it.
fn end_block(tile: RowTile, own: u32, block: u32, is_resumed: bool) {
  for (var r = 0u; r < $OWN_ROWSu && has_row(tile, own + r); r++) {
    let at = block * params.chunk_rows + row_query(tile, own + r) - params.chunk_start;
    var note = 0.0;
    var is_seen = false;
    // @repeat t TOPS
    note = best[r];
    is_seen = note > HIDDEN * 0.1;
    best[r] = HIDDEN;
    // @end
    // @repeat t SUMS
    is_seen = total[r] > 0.0;
    note = maximum[r] + log2(max(total[r], 1e-37));
    // @end
    if (is_resumed) {
      let known = notes[at];
      if (known != 0.0) {
        let larger = max(known, note);
        // @repeat t SUMS
        note = select(known, larger + log2(1.0 + exp2(min(known, note) - larger)), is_seen);
        // @end
        // @repeat t TOPS
        note = larger;
        // @end
        is_seen = true;
      }
    }
    if (is_seen) {
      notes[at] = select(note, 1e-30, note == 0.0);
    }
    earlier[r] = earlier[r] * exp2(earlier_maximum[r] - maximum[r]) + total[r];
    earlier_maximum[r] = maximum[r];
    total[r] = 0.0;
  }
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) invocation: u32) {
  let tile = row_tile(params.tile_start + workgroup.x, params.visit_end);
  if (is_done(tile, params.visit_start)) {
    return;
  }
  let lane = invocation & 3u;
  let own = lane * $OWN_ROWSu;
  begin_rows(tile, own, params.visit_start == 0);
  for (var r = 0u; r < $OWN_ROWSu; r++) {
    earlier[r] = total[r];
    earlier_maximum[r] = maximum[r];
    total[r] = 0.0;
    best[r] = HIDDEN;
  }
  var at = params.visit_start;
  var is_resumed = false;
  if (at > 0 && at < tile.end) {
    is_resumed = block_of(key_of(tile, at)) == block_of(key_of(tile, at - 1));
  }
  while (at < tile.end) {
    let block = block_of(key_of(tile, at));
    var piece = tile;
    piece.end = min(tile.end, visits_before(tile, first_key(block + 1u)));
    for (var first = at; first < piece.end; first += $KEYS) {
      visit(piece, first, lane, own);
    }
    at = piece.end;
    // The first keys, seen by all, and a window may meet in one block.
    var is_ended = true;
    if (at < tile.end) {
      is_ended = block_of(key_of(tile, at)) != block;
    }
    if (is_ended) {
      end_block(tile, own, block, is_resumed);
      is_resumed = false;
    }
  }
  for (var r = 0u; r < $OWN_ROWSu; r++) {
    total[r] = earlier[r];
  }
  end_rows(tile, own);
}
