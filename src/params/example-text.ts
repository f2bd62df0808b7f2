// The text shown until someone types another: the default of the parameter `text`. It lives with the encoder, whose
// recorded example is made from it.
export { EXAMPLE_TEXT } from '../encoder/example-text.ts';
