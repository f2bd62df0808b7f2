// How the threads of a row agree on its maximum: by exchange inside subgroups. Joined after flash-tiles, which declares `partial`.
// Where a row's threads lie is the device's to say: subgroups may be smaller than a row, or dealt in another order. So every workgroup
// first finds out, and one whose rows are torn apart goes through workgroup memory.

// Counts threads that do not find their neighbours where they look.
var<workgroup> stranger_count: atomic<u32>;
var<workgroup> has_strangers: u32;

fn are_paired(lane: u32) -> bool {
  var agrees = true;
  // @repeat h HALVINGS
  agrees = agrees & (subgroupShuffleXor(lane, 1u << $hu) == (lane ^ (1u << $hu)));
  // @end
  if (!agrees) {
    atomicAdd(&stranger_count, 1u);
  }
  workgroupBarrier();
  if (lane == 0u) {
    has_strangers = atomicLoad(&stranger_count);
  }
  return workgroupUniformLoad(&has_strangers) == 0u;
}

fn tell_maximum(row: u32, x: u32, top: f32, is_paired: bool) {
  if (!is_paired) {
    partial[row * $ACROSSu + x] = top;
  }
}

fn row_maximum(row: u32, top: f32, is_paired: bool) -> f32 {
  var most = top;
  if (is_paired) {
    // @repeat h HALVINGS
    most = max(most, subgroupShuffleXor(most, 1u << $hu));
    // @end
  } else {
    for (var from_x = 0u; from_x < $ACROSSu; from_x++) {
      most = max(most, partial[row * $ACROSSu + from_x]);
    }
  }
  return most;
}
