// What each parameter and preset is called, in both languages. Apart from the message catalogue, because only the share dialog and the
// documentation (README's table, the manifest of custom elements) say them. The types hold them complete.
import type { ParameterId } from '../params/schema.ts';
import type { PresetSlug } from '../params/presets.ts';
import type { Locale } from './text.ts';

type Twin = Readonly<Record<Locale, string>>;

export const PARAMETER_TEXTS: Readonly<Record<ParameterId, Twin>> = {
  lab: { en: 'Which lab is shown.', 'zh-Hans': '显示哪个实验。' },
  preset: {
    en: 'A ready-made view; every other given value wins over it.',
    'zh-Hans': '预设视图；其他显式给出的值优先于它。',
  },
  n: { en: 'Sequence length: how many tokens or positions are used.', 'zh-Hans': '序列长度：使用多少个记号或位置。' },
  heads: { en: 'How many heads run.', 'zh-Hans': '运行多少个头（head）。' },
  dim: { en: 'Dimension of each head, for synthetic signals.', 'zh-Hans': '每个头的维度（用于合成信号）。' },
  causal: {
    en: 'No query sees a key after its own position.',
    'zh-Hans': '每个查询（query）看不到位于其后的键（key）。',
  },
  left: { en: 'How many keys before its own position a query sees.', 'zh-Hans': '查询可见的左侧键数。' },
  right: { en: 'How many keys after its own position a query sees.', 'zh-Hans': '查询可见的右侧键数。' },
  dilation: {
    en: 'Only every d-th key inside the window is seen, d being this number.',
    'zh-Hans': '窗口内每隔多少个键取一个。',
  },
  global: {
    en: 'This many first tokens see everything and are seen by all.',
    'zh-Hans': '开头多少个记号可见全部、也被全部可见。',
  },
  source: { en: 'Where queries, keys and values come from.', 'zh-Hans': '查询、键、值（value）的来源。' },
  text: { en: 'The text that runs through the encoder.', 'zh-Hans': '送入编码器的文本。' },
  signal: { en: 'The kind of synthetic signal.', 'zh-Hans': '合成信号的种类。' },
  seed: { en: 'Seed of the synthetic signal.', 'zh-Hans': '合成信号的随机种子。' },
  layer: { en: 'The encoder’s layer, counted from 0.', 'zh-Hans': '编码器的层，从 0 开始。' },
  head: { en: 'The head that is shown, counted from 0.', 'zh-Hans': '显示的头，从 0 开始。' },
  query: { en: 'The pinned query.', 'zh-Hans': '固定的查询。' },
  key: { en: 'The pinned key.', 'zh-Hans': '固定的键。' },
  compare: { en: 'Full and windowed attention side by side.', 'zh-Hans': '并排显示完整注意力与窗口注意力。' },
  panel: { en: 'Which speed-up is shown.', 'zh-Hans': '显示哪一种加速方法。' },
  layers: { en: 'Layers of the stack.', 'zh-Hans': '堆叠的层数。' },
  kernel: { en: 'Taps of the convolutions.', 'zh-Hans': '卷积核的宽度。' },
  mixers: {
    en: 'Mixers that are drawn and measured; default one of each row of Table 1 and three recurrences.',
    'zh-Hans': '绘制并测量的混合层；默认表 1 每行一个，外加三种循环层。',
  },
  width: {
    en: 'Numbers per position; default what suits the lab and the device.',
    'zh-Hans': '每个位置的维数；默认值随实验和设备而定。',
  },
  'kv-heads': {
    en: 'Key and value heads that the query heads share.',
    'zh-Hans': '查询头共用的键/值头数。',
  },
  'feed-forward': {
    en: 'Numbers per position inside the feed-forward; default four times the width.',
    'zh-Hans': '前馈网络（feed-forward）内部的维数；默认为宽度的四倍。',
  },
  window: {
    en: 'How many keys to either side a query sees in windowed attention.',
    'zh-Hans': '窗口注意力中查询两侧各可见多少个键。',
  },
  vocabulary: { en: 'Rows of the embedding table.', 'zh-Hans': '嵌入表（embedding）的行数。' },
  rank: {
    en: 'Columns between the two factors of a low-rank matrix; default a quarter of the width.',
    'zh-Hans': '低秩分解（low-rank）的秩；默认为宽度的四分之一。',
  },
  combine: {
    en: 'Speed-ups that are combined; default one of each kind.',
    'zh-Hans': '合并使用的加速方法；默认每类各一种。',
  },
  texts: {
    en: 'The texts that are classified, one per line; a true label may follow after “ | ”.',
    'zh-Hans': '待分类的文本，每行一条；“ | ”后可写真实标签。',
  },
  labels: {
    en: 'The labels, one per line; a description may follow after “: ”.',
    'zh-Hans': '标签，每行一个；“: ”后可写描述。',
  },
  template: { en: 'What a label is put into; `{}` stands for it.', 'zh-Hans': '放入标签的模板；`{}` 代表标签。' },
  descriptions: {
    en: 'Whether descriptions are embedded with the labels.',
    'zh-Hans': '是否把描述与标签一起编码。',
  },
  batch: { en: 'Texts per batch when sentences per second are measured.', 'zh-Hans': '测量每秒句数时每批的文本数。' },
  temperature: { en: 'Temperature of the softmax, in hundredths.', 'zh-Hans': 'softmax 的温度系数（百分之一）。' },
  item: { en: 'The text that is looked at, counted from 0.', 'zh-Hans': '查看的文本，从 0 开始。' },
  backend: {
    en: 'What computes: the GPU, the CPU, or the faster of them.',
    'zh-Hans': '由 GPU、CPU 或其中较快者计算。',
  },
  view: { en: 'How the weights are shown.', 'zh-Hans': '权重的显示方式。' },
  scale: { en: 'How weights become colours.', 'zh-Hans': '权重到颜色的映射方式。' },
  cmap: { en: 'The colour map of the weights.', 'zh-Hans': '权重的配色。' },
  objective: {
    en: 'Which objective is shown: masking, orders or sentence pairs.',
    'zh-Hans': '显示哪个目标：掩码、次序或句对。',
  },
  rate: { en: 'Share of the pieces that are picked, per cent.', 'zh-Hans': '选中子词的比例（百分数）。' },
  draw: { en: 'Number of the draw, counted from 0.', 'zh-Hans': '第几次抽取，从 0 开始。' },
  strategy: { en: 'The masking that the epochs show.', 'zh-Hans': '各轮次所示的掩码方式。' },
  stream: { en: 'Which of XLNet’s two streams is shown.', 'zh-Hans': '显示 XLNet 双流中的哪一流。' },
  task: { en: 'The sentence-pair task whose pairs are listed.', 'zh-Hans': '列出哪种句对任务的例子。' },
  scorer: {
    en: 'What scores the pairs: counted words, or the encoder on a backend.',
    'zh-Hans': '由什么给句对打分：词频，或某个后端上的编码器。',
  },
  lang: { en: 'Language of the page; default the reader’s own.', 'zh-Hans': '页面语言；默认随读者。' },
  theme: { en: 'Light, dark or high contrast; default the system’s.', 'zh-Hans': '浅色、深色或高对比度；默认随系统。' },
  motion: { en: 'Whether transitions are shown.', 'zh-Hans': '是否显示过渡动画。' },
  ui: {
    en: 'How much of the page is shown around the picture; `compact` in a frame.',
    'zh-Hans': '图之外显示多少界面；在框架中默认 `compact`。',
  },
  presentation: {
    en: 'Large type for a projector; keys that turn slides go to the deck around a frame.',
    'zh-Hans': '投影用的大字号；翻页键交给框架外的幻灯片。',
  },
  hide: { en: 'Controls and regions that are left out.', 'zh-Hans': '隐藏的控件与区域。' },
  lock: { en: 'Controls held at their value.', 'zh-Hans': '固定不可改的控件。' },
  api: {
    en: 'What a frame tells the page around it: nothing, events without typed text, or everything.',
    'zh-Hans': '框架向外层页面告知的内容：无、不含输入文本的事件，或全部。',
  },
  origin: { en: 'The only origin whose messages are obeyed.', 'zh-Hans': '唯一被接受消息的来源。' },
};

export const PRESET_TITLES: Readonly<Record<PresetSlug, Twin>> = {
  intro: { en: 'Real text, window of ±16', 'zh-Hans': '真实文本，窗口 ±16' },
  'softmax-steps': { en: 'From scores to output, step by step', 'zh-Hans': '从分数到输出，逐步计算' },
  'causal-mask': { en: 'Causal mask', 'zh-Hans': '因果掩码' },
  'causal-window': { en: 'Causal sliding window', 'zh-Hans': '因果滑动窗口（sliding window）' },
  'longformer-window': { en: 'Symmetric window with a global token', 'zh-Hans': '对称窗口加一个全局记号' },
  'dilated-window': { en: 'Dilated window', 'zh-Hans': '空洞窗口' },
  'local-signal': { en: 'Local signal: a window loses little', 'zh-Hans': '局部信号：窗口几乎无损' },
  'copy-signal': { en: 'Copy signal: a window misses it', 'zh-Hans': '复制信号：窗口看不到' },
  'attention-sink': { en: 'Attention sink', 'zh-Hans': '注意力汇聚（attention sink）' },
  'core-or-recurrence': { en: 'The attention core or a recurrence: n = d', 'zh-Hans': '注意力核心与循环层：n = d' },
  'layer-or-recurrence': { en: 'A whole attention layer or a recurrence', 'zh-Hans': '完整注意力层与循环层' },
  'quadratic-or-linear': { en: 'Quadratic or linear in the length', 'zh-Hans': '随长度平方增长与线性增长' },
  'long-paths': { en: 'How far a signal has to travel', 'zh-Hans': '信号要走多远' },
  'fewer-heads': { en: 'Fewer heads: what changes, and what does not', 'zh-Hans': '减少头数：什么变了，什么没变' },
  'local-attention': { en: 'Local attention: time against error', 'zh-Hans': '局部注意力：时间与误差' },
  'window-loses-copies': { en: 'A window that loses far copies', 'zh-Hans': '窗口看不到远处的重复' },
  'fewer-parameters': { en: 'Fewer parameters: operations, bytes, time', 'zh-Hans': '减少参数：运算、字节与时间' },
  'speed-ups-together': { en: 'Three speed-ups together', 'zh-Hans': '三种加速合在一起' },
  'short-input': { en: 'A short input: a window saves little', 'zh-Hans': '短输入：窗口省不了多少' },
  'zero-shot-topics': { en: 'Six topics, no training', 'zh-Hans': '六个主题，无需训练' },
  'bare-labels': { en: 'Label names alone', 'zh-Hans': '仅用标签名称' },
  'cold-softmax': { en: 'A cold softmax: surer, not better', 'zh-Hans': '低温 softmax：更确定，却不更准' },
  'negation-fails': { en: 'Negation: the nearest label is the opposite', 'zh-Hans': '否定：最近的标签恰是反义' },
  'long-sequence': { en: '8,192 positions, pooled', 'zh-Hans': '8,192 个位置，池化显示' },
  'bert-masking': { en: 'Four ways to mask a text', 'zh-Hans': '同一文本的四种掩码' },
  'span-masking': { en: 'Spans of geometric length', 'zh-Hans': '长度服从几何分布的片段' },
  'mask-40': { en: 'Masking 40 %', 'zh-Hans': '掩码率 40 %' },
  'permutation-order': { en: 'A permuted order of prediction', 'zh-Hans': '打乱的预测次序' },
  'nsp-by-topic': { en: 'Next sentence by similarity', 'zh-Hans': '仅凭相似度判断下一句' },
  'sop-at-chance': { en: 'Sentence order at chance', 'zh-Hans': '句序只能靠猜' },
};
