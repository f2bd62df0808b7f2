// What the lab opens with, each with its Chinese twin: the encoder reads the English one. And pairs on which sentence vectors fail.
import type { Locale } from '../../../i18n/text.ts';

type Twin = Readonly<Record<Locale, string>>;

/** Texts with the label a reader would give. */
export const EXAMPLE_TEXTS: readonly { text: Twin; label: string }[] = [
  { text: { en: 'The striker scored twice in the second half.', 'zh-Hans': '前锋在下半场攻入两球。' }, label: 'sport' },
  {
    text: { en: 'Add garlic and basil to the boiling pasta sauce.', 'zh-Hans': '往沸腾的意面酱里加大蒜和罗勒。' },
    label: 'food',
  },
  { text: { en: 'A cold wind and heavy rain are on their way.', 'zh-Hans': '冷风和大雨即将来临。' }, label: 'weather' },
  {
    text: { en: 'The company cut its profit forecast again.', 'zh-Hans': '这家公司再次下调盈利预期。' },
    label: 'money',
  },
  {
    text: { en: 'The new telescope looks deeper into the universe.', 'zh-Hans': '新望远镜能看到更深的宇宙。' },
    label: 'space',
  },
  {
    text: { en: 'The nurse gave him an injection against the pain.', 'zh-Hans': '护士给他打了一针止痛。' },
    label: 'health',
  },
  { text: { en: 'Ticket prices for the final have doubled.', 'zh-Hans': '决赛门票价格翻了一番。' }, label: 'sport' },
  { text: { en: 'Too much sugar is bad for your teeth.', 'zh-Hans': '糖吃多了对牙齿不好。' }, label: 'health' },
];

/** A sentence, one with its meaning turned round by few words, and one that says the same in other words. */
export interface FailingCase {
  kind: 'negation' | 'order';
  sentence: Twin;
  opposite: Twin;
  paraphrase: Twin;
}

export const FAILING_CASES: readonly FailingCase[] = [
  {
    kind: 'negation',
    sentence: { en: 'The medicine works.', 'zh-Hans': '这药有效。' },
    opposite: { en: 'The medicine does not work.', 'zh-Hans': '这药无效。' },
    paraphrase: { en: 'Patients recover thanks to this drug.', 'zh-Hans': '病人靠这种药好了起来。' },
  },
  {
    kind: 'negation',
    sentence: { en: 'I liked the film.', 'zh-Hans': '我喜欢这部电影。' },
    opposite: { en: 'I did not like the film.', 'zh-Hans': '我不喜欢这部电影。' },
    paraphrase: { en: 'It was a pleasure to watch that movie.', 'zh-Hans': '看那部片子是一种享受。' },
  },
  {
    kind: 'negation',
    sentence: { en: 'The shop is open on Sundays.', 'zh-Hans': '这家店周日营业。' },
    opposite: { en: 'The shop is never open on Sundays.', 'zh-Hans': '这家店周日从不营业。' },
    paraphrase: { en: 'You can buy things there at the weekend, too.', 'zh-Hans': '周末也能在那里买东西。' },
  },
  {
    kind: 'order',
    sentence: { en: 'The dog bit the man.', 'zh-Hans': '狗咬了人。' },
    opposite: { en: 'The man bit the dog.', 'zh-Hans': '人咬了狗。' },
    paraphrase: { en: 'Somebody was hurt by an animal’s teeth.', 'zh-Hans': '有人被动物的牙咬伤了。' },
  },
  {
    kind: 'order',
    sentence: { en: 'France beat Spain in the final.', 'zh-Hans': '法国队在决赛中击败了西班牙队。' },
    opposite: { en: 'Spain beat France in the final.', 'zh-Hans': '西班牙队在决赛中击败了法国队。' },
    paraphrase: {
      en: 'The French won the last match against the Spanish.',
      'zh-Hans': '最后一场，法国人赢了西班牙人。',
    },
  },
  {
    kind: 'order',
    sentence: { en: 'She lent him money.', 'zh-Hans': '她借给他钱。' },
    opposite: { en: 'He lent her money.', 'zh-Hans': '他借给她钱。' },
    paraphrase: { en: 'He borrowed cash from that woman.', 'zh-Hans': '他向那位女士借了现金。' },
  },
];
