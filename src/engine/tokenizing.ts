// The encoder's tokenizer for the page's side of the door, without the rest of the encoder.
export { Tokenizer, type Vocabulary } from '../encoder/tokenizer.ts';
