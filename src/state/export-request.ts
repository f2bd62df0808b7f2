// What buttons and the frame's `export` message ask for, and the file that answers. Requests may come from another page: they are checked.
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
