// The papers the lesson rests on: as they are cited in the sentences, their titles, where they are. Data only.
const arxiv = (id: string) => `https://arxiv.org/abs/${id}`;

export const SOURCES: readonly { name: string; title: string; address: string | null }[] = [
  { name: 'Vaswani et al. 2017', title: 'Attention Is All You Need', address: arxiv('1706.03762') },
  {
    name: 'Xiong et al. 2020',
    title: 'On Layer Normalization in the Transformer Architecture',
    address: arxiv('2002.04745'),
  },
  { name: 'Michel et al. 2019', title: 'Are Sixteen Heads Really Better than One?', address: arxiv('1905.10650') },
  {
    name: 'Voita et al. 2019',
    title: 'Analyzing Multi-Head Self-Attention: Specialized Heads Do the Heavy Lifting, the Rest Can Be Pruned',
    address: arxiv('1905.09418'),
  },
  {
    name: 'Shazeer 2019',
    title: 'Fast Transformer Decoding: One Write-Head is All You Need',
    address: arxiv('1911.02150'),
  },
  {
    name: 'Ainslie et al. 2023',
    title: 'GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints',
    address: arxiv('2305.13245'),
  },
  { name: 'Beltagy et al. 2020', title: 'Longformer: The Long-Document Transformer', address: arxiv('2004.05150') },
  {
    name: 'Xiao et al. 2023',
    title: 'Efficient Streaming Language Models with Attention Sinks',
    address: arxiv('2309.17453'),
  },
  {
    name: 'Lan et al. 2020',
    title: 'ALBERT: A Lite BERT for Self-supervised Learning of Language Representations',
    address: arxiv('1909.11942'),
  },
  {
    name: 'Sanh et al. 2019',
    title: 'DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter',
    address: arxiv('1910.01108'),
  },
  {
    name: 'Dettmers et al. 2022',
    title: 'LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale',
    address: arxiv('2208.07339'),
  },
  {
    name: 'Williams et al. 2009',
    title: 'Roofline: an insightful visual performance model for multicore architectures',
    address: null,
  },
];
