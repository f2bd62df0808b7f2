// One step of a recurrence. Host side of `shaders/scan-step.wgsl`.
import cell from '#shaders/lib/recurrent-cell.wgsl?raw';
import curves from '#shaders/lib/curves.wgsl?raw';
import source from '#shaders/scan-step.wgsl?raw';
import type { ParamsLayout } from '../params.ts';
import { bound, type Kernel } from './kernel.ts';

export const SCAN_STEP_PARAMS = {
  width: 'u32',
  vectors: 'u32',
  gate_row: 'u32',
  gate_block: 'u32',
  weight_row: 'u32',
  weight_block: 'u32',
  step: 'u32',
  unit_start: 'u32',
  unit_end: 'u32',
} as const satisfies ParamsLayout;

/** Constants: `cellConstants`, WORKGROUP. One unit of work is a vec4 of the state. */
export const SCAN_STEP: Kernel<typeof SCAN_STEP_PARAMS> = {
  name: 'scan-step',
  source: `${source}\n${cell}\n${curves}`,
  params: SCAN_STEP_PARAMS,
  bindings: [
    bound.read('gates'),
    bound.read('recurrent'),
    bound.read('bias'),
    bound.write('cells'),
    bound.write('states'),
  ],
};
