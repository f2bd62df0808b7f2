// The six topics of the evaluation: names, descriptions and templates. Names are what an editor would put on a section; descriptions and
// the standing template were chosen on `development.ts` alone.
export const TOPIC_IDS = ['sport', 'food', 'weather', 'money', 'space', 'health'] as const;
export type TopicId = (typeof TOPIC_IDS)[number];

export interface Topic {
  name: string;
  description: string;
}

export const TOPICS: Readonly<Record<TopicId, Topic>> = {
  sport: { name: 'sport', description: 'Teams and players, matches, races, scores and championships.' },
  food: { name: 'food', description: 'Cooking, recipes, ingredients, meals and restaurants.' },
  weather: { name: 'weather', description: 'Rain, snow, wind, storms, clouds, heat and cold, the forecast.' },
  money: { name: 'money', description: 'Banks, companies, markets, prices, taxes, loans and the economy.' },
  space: { name: 'space', description: 'Stars, planets, galaxies, rockets, satellites and astronauts.' },
  health: { name: 'health', description: 'Doctors, hospitals, illness, medicine, symptoms and treatment.' },
};

/** `{}` stands for the label. The first is none at all. */
export const TEMPLATES = [
  '{}',
  'This text is about {}.',
  'The topic is {}.',
  'News about {}.',
  'I am talking about {}.',
] as const;

/** The template the lab opens with: of those that were best on `development.ts` with names alone, the first. */
export const STANDING_TEMPLATE = TEMPLATES[1];
