// The papers this lab rests on, and the repairs in the order of its table. Data only; words are the catalogue's.
const arxiv = (id: string) => `https://arxiv.org/abs/${id}`;

export interface Source {
  name: string;
  title: string;
  address: string;
}

export const SOURCES = {
  bert: {
    name: 'Devlin et al. 2019',
    title: 'BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding',
    address: arxiv('1810.04805'),
  },
  wwm: {
    name: 'BERT repository, May 2019',
    title: 'Whole Word Masking models',
    address: 'https://github.com/google-research/bert',
  },
  roberta: {
    name: 'Liu et al. 2019',
    title: 'RoBERTa: A Robustly Optimized BERT Pretraining Approach',
    address: arxiv('1907.11692'),
  },
  albert: {
    name: 'Lan et al. 2020',
    title: 'ALBERT: A Lite BERT for Self-supervised Learning of Language Representations',
    address: arxiv('1909.11942'),
  },
  cui: {
    name: 'Cui et al. 2019',
    title: 'Pre-Training with Whole Word Masking for Chinese BERT',
    address: arxiv('1906.08101'),
  },
  span: {
    name: 'Joshi et al. 2020',
    title: 'SpanBERT: Improving Pre-training by Representing and Predicting Spans',
    address: arxiv('1907.10529'),
  },
  ernie: {
    name: 'Sun et al. 2019',
    title: 'ERNIE: Enhanced Representation through Knowledge Integration',
    address: arxiv('1904.09223'),
  },
  xlnet: {
    name: 'Yang et al. 2019',
    title: 'XLNet: Generalized Autoregressive Pretraining for Language Understanding',
    address: arxiv('1906.08237'),
  },
  electra: {
    name: 'Clark et al. 2020',
    title: 'ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators',
    address: arxiv('2003.10555'),
  },
  wettig: {
    name: 'Wettig et al. 2023',
    title: 'Should You Mask 15% in Masked Language Modeling?',
    address: arxiv('2202.08005'),
  },
} as const satisfies Record<string, Source>;

/** Each with the table or section the effect is read from. */
export const REPAIRS = [
  { id: 'roberta_mask', source: SOURCES.roberta, place: 'Table 1' },
  { id: 'roberta_nsp', source: SOURCES.roberta, place: 'Table 2' },
  { id: 'albert', source: SOURCES.albert, place: 'Table 5' },
  { id: 'wwm', source: SOURCES.wwm, place: 'README' },
  { id: 'wwm_chinese', source: SOURCES.cui, place: 'README' },
  { id: 'spanbert', source: SOURCES.span, place: 'Tables 6, 7' },
  { id: 'ernie', source: SOURCES.ernie, place: 'abstract' },
  { id: 'xlnet', source: SOURCES.xlnet, place: 'abstract' },
  { id: 'electra', source: SOURCES.electra, place: 'Table 5' },
  { id: 'rate', source: SOURCES.wettig, place: 'abstract' },
] as const;
