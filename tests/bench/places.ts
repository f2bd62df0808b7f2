// Where the benchmarks find and leave things. Called by all of them.
import { join } from 'node:path';
import { ROOT } from '../../src/tools/run-command.mjs';

export const BENCH = join(ROOT, 'tests/bench');
/** Bundles; made anew by every run. */
export const BUILT = join(ROOT, '.cache/bench');
/** Other people's packages, of tests/bench/package.json. */
export const PACKAGES = join(BENCH, 'node_modules');
export const RESULTS = join(ROOT, 'test-results');
