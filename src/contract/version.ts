// The version that exports and the embed protocol name. A unit test holds it to package.json.
export const VERSION = '0.1.0';
/** How a row of weights comes about, in the words every export carries. */
export const NORMALISATION = 'softmax over visible keys';
