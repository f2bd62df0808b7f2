// The one way to take what is on screen out of the page: buttons and the frame's `export` message ask the same class, the lab that is
// shown registers how its files are made. Loads nothing and holds nothing itself.
import { AttentionError } from '../contract/errors.ts';

export const EXPORT_FORMATS = ['png', 'svg', 'csv', 'json', 'numpy', 'pytorch', 'text'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const EXPORT_SCALES = [1, 2, 3, 4] as const;
export type ExportScale = (typeof EXPORT_SCALES)[number];

export interface ExportRequest {
  format: ExportFormat;
  /** PNG only: pixels per CSS pixel. Default 2. */
  scale?: ExportScale;
  /** Pictures: the page's own colours, or light ones for paper. Default `page`. */
  colors?: 'page' | 'light';
  /** CSV: the cells in view, or the whole head. Default `view`. */
  extent?: 'view' | 'head';
}

export interface ExportedFile {
  blob: Blob;
  filename: string;
  mime: string;
}

type Make = (request: Required<ExportRequest>, signal: AbortSignal | undefined) => Promise<ExportedFile>;

function requireOneOf<T>(field: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw new AttentionError('invalid-problem', { field, value, allowed: allowed.join(', ') });
}

/** A checked copy: requests may come from another page. */
export function requireExportRequest(request: unknown): Required<ExportRequest> {
  if (typeof request !== 'object' || request === null)
    throw new AttentionError('invalid-problem', { field: 'export', value: typeof request, allowed: 'an object' });
  const { format, scale = 2, colors = 'page', extent = 'view' } = request as Record<string, unknown>;
  return {
    format: requireOneOf('format', format, EXPORT_FORMATS),
    scale: requireOneOf('scale', scale, EXPORT_SCALES),
    colors: requireOneOf('colors', colors, ['page', 'light'] as const),
    extent: requireOneOf('extent', extent, ['view', 'head'] as const),
  };
}

export class Exporter {
  #make: Make | null = null;

  /** Called by the lab that is shown; the result takes it back. */
  register(make: Make): () => void {
    this.#make = make;
    return () => {
      if (this.#make === make) this.#make = null;
    };
  }

  /** The file for one format. Rejects with an `AttentionError`: bad request, nothing shown yet, too many cells, aborted. */
  async exportView(request: ExportRequest, signal?: AbortSignal): Promise<ExportedFile> {
    const checked = requireExportRequest(request);
    if (!this.#make) throw new AttentionError('backend-unavailable', { reason: 'nothing-shown' });
    return this.#make(checked, signal);
  }
}
