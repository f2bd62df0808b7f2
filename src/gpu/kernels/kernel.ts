// What a kernel is: plain data. Its text, its numbers, its bindings. It owns nothing and runs nothing.
import type { ParamsLayout } from '../params.ts';

export interface Kernel<L extends ParamsLayout = ParamsLayout> {
  /** The stem of the shader and of this kernel's labels. */
  readonly name: string;
  /** Tells texts of one name apart. */
  readonly variant?: string;
  /** Shader text, shared parts joined, before constants are filled in. */
  readonly source: string;
  readonly params: L;
  /** Storage bindings 1, 2, … (binding 0 holds the params). */
  readonly bindings: readonly { readonly name: string; readonly access: 'read' | 'write' }[];
}

const read = (name: string) => ({ name, access: 'read' as const });
const write = (name: string) => ({ name, access: 'write' as const });
export const bound = { read, write };
