// From the notes of flash-quads-overview to blocks of a picture: weight = 2^(note − lse), summed or maximised over the rows of a block.
// One thread per listed block. Notes are set back to 0 as they are read: the next chunk of rows needs them so.

struct Params {
  block_rows: u32,
  block_columns: u32,
  cell_start: u32,
  cell_end: u32,
  chunk_start: u32,
  chunk_rows: u32,
  row_base: u32,
  is_max: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// This head's [queries], base 2
@group(0) @binding(1) var<storage, read> log_sum_exp: array<f32>;
// First query of each row of blocks and the end
@group(0) @binding(2) var<storage, read> edges: array<u32>;
// Blocks to compute: row · block_columns + column; bit 31 is not for us
@group(0) @binding(3) var<storage, read> cells: array<u32>;
// [block_columns, rows of the chunk]
@group(0) @binding(4) var<storage, read_write> notes: array<f32>;
// [block_rows, block_columns]: sums, or maxima
@group(0) @binding(5) var<storage, read_write> pooled: array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = params.cell_start + id.x;
  if (index >= params.cell_end) {
    return;
  }
  let cell = cells[index] & 0x7fffffffu;
  let block_row = cell / params.block_columns;
  let first = (cell % params.block_columns) * params.chunk_rows;
  var total = 0.0;
  var largest = 0.0;
  for (var row = edges[block_row]; row < edges[block_row + 1u]; row++) {
    let at = first + row - params.chunk_start;
    let note = notes[at];
    let weight = select(exp2(note - log_sum_exp[params.row_base + row]), 0.0, note == 0.0);
    total += weight;
    largest = max(largest, weight);
    notes[at] = 0.0;
  }
  pooled[cell] = select(total, largest, params.is_max == 1u);
}
