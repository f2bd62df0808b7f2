// How the threads of a row agree on its maximum: through workgroup memory. Joined after flash-tiles, which declares `partial`.
// A barrier lies between telling and asking.

fn are_paired(lane: u32) -> bool {
  return false;
}

fn tell_maximum(row: u32, x: u32, top: f32, is_paired: bool) {
  partial[row * $ACROSSu + x] = top;
}

fn row_maximum(row: u32, top: f32, is_paired: bool) -> f32 {
  var most = top;
  for (var from_x = 0u; from_x < $ACROSSu; from_x++) {
    most = max(most, partial[row * $ACROSSu + from_x]);
  }
  return most;
}
