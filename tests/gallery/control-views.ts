// Views of what a person operates and is told: sliders, choices, notices, progress.
import CopyField from '../../src/ui/CopyField.svelte';
import type { ComponentProps } from 'svelte';
import * as share from '../../src/i18n/catalogues/share.js';
import { bind, textIn, type Bound, type Text } from '../../src/i18n/text.ts';
import FileDrop from '../../src/ui/FileDrop.svelte';
import NoticeBar from '../../src/ui/NoticeBar.svelte';
import ProgressBar from '../../src/ui/ProgressBar.svelte';
import Select from '../../src/ui/Select.svelte';
import Slider from '../../src/ui/Slider.svelte';
import { formatShare } from '../../src/viz/format.ts';
import { view, type View, type ViewOptions } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');
const nothing = () => {};

/** Types into the number field and leaves it. */
const type = (typed: string) => (target: Element) => {
  const field = target.querySelector<HTMLInputElement>('input[type="number"]')!;
  field.value = typed;
  field.dispatchEvent(new Event('change', { bubbles: true }));
};
function slider(
  name: string,
  props: Partial<ComponentProps<typeof Slider>>,
  texts: string[] = [],
  more: ViewOptions = {},
) {
  const all = {
    label: 'Window left',
    value: 32,
    valueText: '32 of 128 keys',
    min: 0,
    max: 128,
    onchange: nothing,
    ...props,
  };
  const shows = [
    { role: 'slider', name: all.label },
    { role: 'spinbutton', name: all.label },
  ];
  return view(name, Slider, all, { shows: [...shows, ...(more.shows ?? [])], texts, act: more.act });
}
const complaint = (text: Text) => (typed: string) => text.number_not_allowed({ typed, least: '0', most: '128' });
const unlimited = { unlimited: true, unlimitedLabel: en.unlimited_left() };
const infinity = { shows: [{ role: 'button', name: en.unlimited_left() }] };

export const SLIDER_VIEWS: View[] = [
  slider('Slider', {}),
  slider('Slider: may be unlimited', unlimited, [], infinity),
  slider('Slider: unlimited', { ...unlimited, value: Infinity }, [], infinity),
  slider('Slider: with a hint', { label: en.slider_right(), hint: en.right_useless() }, [en.right_useless()]),
  slider('Slider: held', { label: en.slider_dim(), value: 64, held: en.dim_held({ dim: '64' }) }, [
    en.dim_held({ dim: '64' }),
  ]),
  slider('Slider: one value only', { label: en.slider_heads(), value: 1, min: 1, max: 1 }),
  slider('Slider: a number out of range', { complaint: complaint(en) }, ['“500” is not allowed'], {
    act: type('500'),
    shows: [{ role: 'alert', name: '' }],
  }),
  slider('Slider: a fraction, Chinese', { label: zh.slider_left(), complaint: complaint(zh) }, ['此处不允许“1.5”'], {
    act: type('1.5'),
    shows: [{ role: 'alert', name: '' }],
  }),
];

const BACKENDS = [
  { value: 'auto', text: en.backend_auto() },
  { value: 'webgpu', text: en.backend_webgpu() },
  { value: 'cpu', text: en.backend_cpu() },
];
const SOURCES = [{ value: 'text', text: zh.source_text() }];
export const SELECT_VIEWS: View[] = [
  view(
    'Choice',
    Select,
    { label: en.choose_backend(), value: 'cpu', options: BACKENDS, onchange: nothing },
    { shows: [{ role: 'combobox', name: 'Backend' }] },
  ),
  view(
    'Choice: label for assistive technology only',
    Select,
    { label: en.heads_variant(), value: 'auto', options: BACKENDS, quiet: true, onchange: nothing },
    { shows: [{ role: 'combobox', name: en.heads_variant() }] },
  ),
  view(
    'Choice: disabled, Chinese',
    Select,
    { label: zh.input_source(), value: 'text', options: SOURCES, disabled: true, onchange: nothing },
    { shows: [{ role: 'combobox', name: '输入' }] },
  ),
];

const LONG = 'a'.repeat(400);
const notice = (parameter: string, received: string, used: string) =>
  en.notice_bad_value({ parameter, received, used, allowed: 'an integer from 1 to 65536' });
interface Notice {
  id: string;
  text: string;
  grave?: boolean;
}
const notices = (name: string, list: readonly Notice[], text: Text = en) =>
  view(
    name,
    NoticeBar,
    { notices: list, dismissLabel: text.notice_dismiss(), ondismiss: nothing },
    {
      shows: [
        { role: 'status', name: '' },
        { role: 'button', name: text.notice_dismiss(), count: list.length },
      ],
      texts: list.map((one) => one.text),
    },
  );
const copyField = (name: string, say: Bound<typeof share>, value: string, rows: number) =>
  view(
    name,
    CopyField,
    {
      label: say.share_copy_link(),
      value,
      rows,
      copyLabel: say.share_copy_code(),
      copiedLabel: say.share_copied(),
      deniedLabel: say.share_copy_denied(),
    },
    {
      shows: [
        { role: 'textbox', name: say.share_copy_link() },
        { role: 'button', name: say.share_copy_code() },
      ],
    },
  );
export const COPY_VIEWS: View[] = [
  copyField(
    'Copy field: one line',
    bind(share, 'en'),
    'https://example.org/?source=synthetic&n=1024&heads=4&left=16&right=16',
    1,
  ),
  copyField(
    'Copy field: code, Chinese',
    bind(share, 'zh-Hans'),
    '<iframe\n  src="https://example.org/embed/"\n></iframe>',
    4,
  ),
];
export const NOTICE_VIEWS: View[] = [
  notices('Notices: none', []),
  notices('Notices: a bad value and a failure', [
    { id: 'a', text: notice('n', '0', '24') },
    { id: 'b', text: en.error_internal(), grave: true },
  ]),
  notices('Notices: a value without spaces', [{ id: 'a', text: notice('heads', LONG, '4') }]),
  notices('Notices: Chinese', [{ id: 'a', text: zh.device_gone() }], zh),
];

const percent = (share: number) => formatShare(share, 'en');
export const PROGRESS_VIEWS: View[] = [
  view(
    'Progress: nothing runs',
    ProgressBar,
    { label: '', value: null, percent },
    { shows: [{ role: 'progressbar', name: '', count: 0 }] },
  ),
  view(
    'Progress: share known',
    ProgressBar,
    { label: en.activity_computing(), value: 0.42, percent, cancelLabel: en.cancel(), oncancel: nothing },
    {
      shows: [
        { role: 'progressbar', name: en.activity_computing() },
        { role: 'button', name: 'Cancel' },
      ],
      texts: ['42%'],
    },
  ),
  view(
    'Progress: share unknown, Chinese',
    ProgressBar,
    { label: zh.activity_opening(), value: null, percent },
    { shows: [{ role: 'progressbar', name: zh.activity_opening() }] },
  ),
];

/** Holds a file over the page. */
const holdFile = () => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['1'], 'q.csv'));
  window.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
};
const dropped = (name: string, text: Text) =>
  view(
    name,
    FileDrop,
    { hint: text.file_drop_page(), ondrop: nothing },
    { texts: [text.file_drop_page()], frame: 'window', act: holdFile },
  );
export const DROP_VIEWS: View[] = [
  dropped('Drop: a file held over the page', en),
  dropped('Drop: a file held over the page, Chinese', zh),
];
