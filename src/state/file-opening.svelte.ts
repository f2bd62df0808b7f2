// A file the reader opens: Q, K and V or a matrix for the attention lab, or a view that any of the labs has saved, whose settings come back
// with it. One per page, so that what is to be said of the file is said whichever lab it shows. The worker reads the file; here only its
// settings are checked. A file that is of no use changes nothing.
import { AttentionError, type AttentionErrorCode, type AttentionErrorDetail } from '../contract/errors.ts';
import type { SavedView, Workbench } from '../contract/workbench.ts';
import type { Notice } from '../params/read-values.ts';
import { restoredValues } from '../params/restored-values.ts';
import type { Settings } from './settings.svelte.ts';

const MOST_BYTES = 64 * 1024 * 1024;

interface OpenedFile {
  name: string;
  bytes: ArrayBuffer;
}

export type FileRemark =
  /** One of its settings is not used as it stands. */
  | { id: string; notice: Notice }
  /** It is of no use. */
  | { id: string; failure: { code: AttentionErrorCode; detail: AttentionErrorDetail } };

export class FileOpening {
  readonly #workbench: Pick<Workbench, 'readSaved'>;
  readonly #settings: Settings;
  #count = 0;
  /** Of the file opened last. */
  remarks = $state.raw<readonly FileRemark[]>([]);
  /** The last file with numbers: what the source `file` means. */
  numbers = $state.raw<OpenedFile | null>(null);
  /** The part in view that the last file asked the attention lab for; its viewport is null for everything. */
  part = $state.raw<Pick<SavedView, 'viewport'> | null>(null);

  constructor(workbench: Pick<Workbench, 'readSaved'>, settings: Settings) {
    this.#workbench = workbench;
    this.#settings = settings;
  }

  /** Numbers or a saved view; whether it is of use. Never rejects. Of two files opened at once the later one counts. */
  open(chosen: File): Promise<boolean> {
    return this.#read(chosen, (file) => this.#takeNumbers(file));
  }

  /** What was dropped on the page. Of several files none is opened: which one was meant cannot be known. */
  openDropped(files: readonly File[]): Promise<boolean> {
    const [first, second] = files;
    if (first && !second) return this.open(first);
    const names = files.map(({ name }) => name).join(', ');
    const detail = { field: names, value: files.length, allowed: '1', reason: 'several-files' };
    this.remarks = [{ id: `file ${++this.#count}`, failure: { code: 'invalid-file', detail } }];
    return Promise.resolve(false);
  }

  /** As `open`, but of numbers alone it says that they are no saved view. */
  openSaved(chosen: File): Promise<boolean> {
    return this.#read(chosen, ({ name }) => {
      throw new AttentionError('invalid-file', { field: name, value: name, allowed: '*.json', reason: 'not-saved' });
    });
  }

  /** `otherwise`: what becomes of a file that is no saved view. */
  async #read(chosen: File, otherwise: (file: OpenedFile) => void): Promise<boolean> {
    const opening = ++this.#count;
    this.remarks = [];
    try {
      const { name, size } = chosen;
      if (size > MOST_BYTES)
        throw new AttentionError('invalid-file', { field: name, value: size, reason: 'file-too-large' });
      const file = { name, bytes: await chosen.arrayBuffer() };
      // The worker takes the bytes; ours stay.
      const saved = await this.#workbench.readSaved(name, file.bytes.slice(0));
      if (opening !== this.#count) return false;
      if (saved) this.#restore(file, saved);
      else otherwise(file);
      return true;
    } catch (error) {
      const { code, detail } = error instanceof AttentionError ? error : new AttentionError('internal');
      if (opening === this.#count) this.remarks = [{ id: `file ${opening}`, failure: { code, detail } }];
      return false;
    }
  }

  #takeNumbers(file: OpenedFile): void {
    this.numbers = file;
    this.#settings.apply({ lab: 'attention', source: 'file' }, 'user');
  }

  #restore(file: OpenedFile, saved: SavedView): void {
    const settings = this.#settings;
    const isLocked = (id: string) => (settings.values.lock as readonly string[]).includes(id);
    const { patch, notices } = restoredValues(saved.params, settings.values, isLocked);
    if (saved.hasNumbers) this.numbers = file;
    if (patch.lab === 'attention') this.part = { viewport: saved.viewport };
    settings.apply(saved.hasNumbers ? { ...patch, source: 'file' } : patch, 'user');
    this.remarks = notices.map((notice, at) => ({ id: `file ${this.#count} ${at}`, notice }));
  }
}
