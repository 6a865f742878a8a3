/** Unicode's general categories, as .NET numbers them. */
export const categories = [
  ...['Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Mc', 'Me', 'Nd', 'Nl', 'No', 'Zs', 'Zl', 'Zp', 'Cc', 'Cf', 'Cs', 'Co'],
  ...['Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf', 'Po', 'Sm', 'Sc', 'Sk', 'So', 'Cn'],
] as const;
const unassigned = categories.length - 1;
const tests = categories.slice(0, unassigned).map((name) => new RegExp(`^\\p{${name}}$`, 'u'));
/** One more than the category of a code unit; 0 where it is not known yet. */
const known = new Uint8Array(0x1_0000);

/** The number of a UTF-16 unit's category; a half of a pair is a surrogate. */
export function categoryOf(code: number): number {
  const found = known[code];
  if (found) return found - 1;
  const text = String.fromCharCode(code);
  const at = tests.findIndex((test) => test.test(text));
  const category = at === -1 ? unassigned : at;
  known[code] = category + 1;
  return category;
}

/** Whether a unit's category is the named one, or of the named kind: `L` is every letter. */
export function isCategory(code: number, name: string): boolean {
  return (categories[categoryOf(code)] as string).startsWith(name);
}

/** The members of `UnicodeCategory`, in the same order. */
export const unicodeCategories = [
  ...['UppercaseLetter', 'LowercaseLetter', 'TitlecaseLetter', 'ModifierLetter', 'OtherLetter', 'NonSpacingMark'],
  ...['SpacingCombiningMark', 'EnclosingMark', 'DecimalDigitNumber', 'LetterNumber', 'OtherNumber', 'SpaceSeparator'],
  ...['LineSeparator', 'ParagraphSeparator', 'Control', 'Format', 'Surrogate', 'PrivateUse', 'ConnectorPunctuation'],
  ...['DashPunctuation', 'OpenPunctuation', 'ClosePunctuation', 'InitialQuotePunctuation', 'FinalQuotePunctuation'],
  ...['OtherPunctuation', 'MathSymbol', 'CurrencySymbol', 'ModifierSymbol', 'OtherSymbol', 'OtherNotAssigned'],
];
