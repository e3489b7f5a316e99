/**
 * A rule of textlint: no sentence of a document has more than 30 words, in text, list or table. The packages that npm has count
 * characters (textlint-rule-sentence-length), or take the end of a line for the end of a sentence
 * (textlint-rule-en-max-word-count 1.0.2).
 */
import { split, SentenceSplitterSyntax } from "sentence-splitter";
import { StringSource } from "textlint-util-to-string";

const limit = 30;

const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

export default function sentenceLength({ Syntax, RuleError, report, locator, getFilePath }: any): object {
  const check = (node: any): void => {
    const source = new StringSource(node, {
      // Code counts as one word, with any content.
      replacer: ({ node: part, maskValue }: any) => (part.type === Syntax.Code ? maskValue("X") : undefined),
    });
    // Line breaks of the source end nothing, and every character keeps its place.
    const text = source.toString().replace(/\n/g, " ");
    for (const { type, raw, range } of split(text)) {
      const words = type === SentenceSplitterSyntax.Sentence ? raw.split(/\s+/).filter(isWord).length : 0;
      if (words > limit) {
        const start = source.originalIndexFromIndex(range[0]) ?? 0;
        const message = `sentence: got ${words} words, expected ${limit} at most. Fix: make it two sentences, or a list.`;
        report(node, new RuleError(message, { padding: locator.at(start) }));
      }
    }
  };
  const isDocument = getFilePath()?.endsWith(".md") === true;
  return isDocument ? { [Syntax.Paragraph]: check, [Syntax.TableCell]: check, [Syntax.Header]: check } : {};
}
