// The passage the lab opens with, written for it: names that come back, pronouns with more than one possible owner, a list, quotes
// and clauses built alike. One paragraph, since the tokenizer knows no line breaks.

export const EXAMPLE_TEXT =
  'Every evening at six, Ada climbed the ninety steps of the old lighthouse and lit the lamp. Her father had kept the light ' +
  'before her, and his mother had kept it before him. The stairs were steep, the wind was cold, and the lamp was heavy, but ' +
  'Ada never complained. In her basket she carried bread, cheese, an apple, a box of matches and a letter she had not yet ' +
  'opened. When the lamp burned, the ships could see the rocks; when the fog came, the ships could only hear the bell. ' +
  'One night the bell would not ring because it was too rusty. Ada called her brother Tom, who was asleep in the house below. ' +
  '"Bring the oil," she shouted, "and bring the hammer!" Tom brought the oil, but he forgot the hammer, so Ada hit the bell ' +
  'with her boot until it rang. Far out at sea, the captain of a small boat heard it and turned away from the rocks. ' +
  'In the morning the captain walked up the hill to thank the keeper of the light. "I could not see it," he said, "but I ' +
  'could hear it." Ada smiled, gave him the apple, and at last she opened the letter. It was from the captain\'s wife, who ' +
  'had written to her weeks before: "My husband never listens to anyone. Please, if you can, make him listen to the bell."';
