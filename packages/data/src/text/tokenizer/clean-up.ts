/** Decoded text without the spaces that splitting put around punctuation: `clean_up_tokenization` of transformers. */
export function cleanedUp(text: string): string {
  return spaced.reduce((clean, piece) => clean.replaceAll(piece, piece.replaceAll(' ', '')), text);
}

// In this order: each is looked for in what the ones before have left.
const spaced = [' .', ' ?', ' !', ' ,', " ' ", " n't", " 'm", " 's", " 've", " 're"];
