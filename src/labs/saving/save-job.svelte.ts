// One save or copy at a time, for the panels that offer them: what runs, what to say of it, and what was made, to be taken by hand where a
// frame allows no download or clipboard. The panel ends it when it goes.
import { AttentionError } from '../../contract/errors.ts';
import type { Locale, Text } from '../../i18n/text.ts';
import { wordExportFailure } from '../../i18n/wording.ts';
import type { ExportedFile, ExportRequest } from '../../state/export-request.ts';
import type { LabStage } from '../../state/lab-stage.svelte.ts';
import { formatBytes } from '../../viz/format.ts';
import { copyPicture, copyText, downloadOutlook, saveFile } from '../../ui/hand-over.ts';

interface Speech {
  readonly text: Text;
  readonly locale: Locale;
}

export class SaveJob {
  running = $state('');
  status = $state('');
  /** What the last button made. */
  made = $state.raw<ExportedFile | null>(null);
  why = $state('');
  isShown = $state(false);
  readonly #stage: LabStage;
  readonly #speech: Speech;
  readonly #outlook = downloadOutlook();
  #stop: AbortController | null = null;

  constructor(stage: LabStage, speech: Speech) {
    this.#stage = stage;
    this.#speech = speech;
  }

  end(): void {
    this.#stop?.abort();
  }

  /** A second press takes the place of the first. */
  #ask(request: ExportRequest): Promise<ExportedFile> {
    this.#stop?.abort();
    this.#stop = new AbortController();
    return this.#stage.exportView(request, this.#stop.signal);
  }

  async #run(name: string, act: () => Promise<void>): Promise<void> {
    const { text, locale } = this.#speech;
    this.running = name;
    this.status = text.export_making();
    this.made = null;
    this.isShown = false;
    this.why = '';
    try {
      await act();
    } catch (error) {
      const { code, detail } = error instanceof AttentionError ? error : new AttentionError('internal');
      const isReplaced = code === 'aborted' && this.running !== name;
      if (!isReplaced) this.status = wordExportFailure(text, locale, { code, detail });
    } finally {
      if (this.running === name) this.running = '';
    }
  }

  save(request: ExportRequest): Promise<void> {
    return this.#run(`save-${request.format}`, async () => {
      const { text, locale } = this.#speech;
      const file = await this.#ask(request);
      this.made = file;
      saveFile(file.filename, file.blob);
      const inputs = { name: file.filename, size: formatBytes(file.blob.size, locale) };
      this.status = this.#outlook === 'open' ? text.export_saved(inputs) : text.export_offered(inputs);
      if (this.#outlook === 'open') return;
      this.why = this.#outlook === 'blocked' ? text.export_why_sandbox() : text.export_why_frame();
      this.isShown = true;
    });
  }

  /** `name`: what is copied, as it is called. `pick` takes the part that is wanted. */
  copy(
    request: ExportRequest,
    name: string,
    pick: (file: ExportedFile) => Promise<ExportedFile> | ExportedFile = (file) => file,
  ): Promise<void> {
    return this.#run(`copy-${request.format}-${name}`, async () => {
      const { text } = this.#speech;
      const file = this.#ask(request).then(pick);
      const blob = file.then((one) => one.blob);
      const outcome = request.format === 'png' ? await copyPicture(blob) : await copyText(blob);
      this.made = await file;
      if (outcome === 'copied') {
        this.status = text.export_copied({ name });
        return;
      }
      this.status = text.export_not_copied({ name });
      this.why = outcome === 'denied' ? text.export_why_clipboard() : text.export_why_unsupported();
      this.isShown = true;
    });
  }
}
