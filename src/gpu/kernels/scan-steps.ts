// Many steps of a recurrence in one workgroup. Host side of `shaders/scan-steps.wgsl`.
import cell from '#shaders/lib/recurrent-cell.wgsl?raw';
import curves from '#shaders/lib/curves.wgsl?raw';
import source from '#shaders/scan-steps.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const SCAN_STEPS_PARAMS = {
  width: 'u32',
  gate_row: 'u32',
  gate_block: 'u32',
  weight_row: 'u32',
  weight_block: 'u32',
  step_start: 'u32',
  step_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: `cellConstants`, VECTORS, SPLITS, SHARES, WORKGROUP (VECTORS · SPLITS). One workgroup takes all steps of a dispatch. */
export const SCAN_STEPS: Kernel<typeof SCAN_STEPS_PARAMS> = {
  name: 'scan-steps',
  source: `${source}\n${cell}\n${curves}`,
  params: SCAN_STEPS_PARAMS,
  bindings: [
    bound.read('gates'),
    bound.read('recurrent'),
    bound.read('bias'),
    bound.write('cells'),
    bound.write('states'),
  ],
};
