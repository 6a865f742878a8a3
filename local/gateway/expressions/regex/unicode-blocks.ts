/** The blocks of Unicode that .NET knows by name (`\p{IsGreek}`), from the first unit to the last. */
const starts = `
0000 IsBasicLatin,0080 IsLatin-1Supplement,0100 IsLatinExtended-A,0180 IsLatinExtended-B,0250 IsIPAExtensions,
02B0 IsSpacingModifierLetters,0300 IsCombiningDiacriticalMarks,0370 IsGreek,0400 IsCyrillic,
0500 IsCyrillicSupplement,0530 IsArmenian,0590 IsHebrew,0600 IsArabic,0700 IsSyriac,0750 -,0780 IsThaana,07C0 -,
0900 IsDevanagari,0980 IsBengali,0A00 IsGurmukhi,0A80 IsGujarati,0B00 IsOriya,0B80 IsTamil,0C00 IsTelugu,
0C80 IsKannada,0D00 IsMalayalam,0D80 IsSinhala,0E00 IsThai,0E80 IsLao,0F00 IsTibetan,1000 IsMyanmar,10A0 IsGeorgian,
1100 IsHangulJamo,1200 IsEthiopic,1380 -,13A0 IsCherokee,1400 IsUnifiedCanadianAboriginalSyllabics,1680 IsOgham,
16A0 IsRunic,1700 IsTagalog,1720 IsHanunoo,1740 IsBuhid,1760 IsTagbanwa,1780 IsKhmer,1800 IsMongolian,18B0 -,
1900 IsLimbu,1950 IsTaiLe,1980 -,19E0 IsKhmerSymbols,1A00 -,1D00 IsPhoneticExtensions,1D80 -,
1E00 IsLatinExtendedAdditional,1F00 IsGreekExtended,2000 IsGeneralPunctuation,2070 IsSuperscriptsandSubscripts,
20A0 IsCurrencySymbols,20D0 IsCombiningDiacriticalMarksforSymbols,2100 IsLetterlikeSymbols,2150 IsNumberForms,
2190 IsArrows,2200 IsMathematicalOperators,2300 IsMiscellaneousTechnical,2400 IsControlPictures,
2440 IsOpticalCharacterRecognition,2460 IsEnclosedAlphanumerics,2500 IsBoxDrawing,2580 IsBlockElements,
25A0 IsGeometricShapes,2600 IsMiscellaneousSymbols,2700 IsDingbats,27C0 IsMiscellaneousMathematicalSymbols-A,
27F0 IsSupplementalArrows-A,2800 IsBraillePatterns,2900 IsSupplementalArrows-B,
2980 IsMiscellaneousMathematicalSymbols-B,2A00 IsSupplementalMathematicalOperators,
2B00 IsMiscellaneousSymbolsandArrows,2C00 -,2E80 IsCJKRadicalsSupplement,2F00 IsKangxiRadicals,2FE0 -,
2FF0 IsIdeographicDescriptionCharacters,3000 IsCJKSymbolsandPunctuation,3040 IsHiragana,30A0 IsKatakana,
3100 IsBopomofo,3130 IsHangulCompatibilityJamo,3190 IsKanbun,31A0 IsBopomofoExtended,31C0 -,
31F0 IsKatakanaPhoneticExtensions,3200 IsEnclosedCJKLettersandMonths,3300 IsCJKCompatibility,
3400 IsCJKUnifiedIdeographsExtensionA,4DC0 IsYijingHexagramSymbols,4E00 IsCJKUnifiedIdeographs,A000 IsYiSyllables,
A490 IsYiRadicals,A4D0 -,AC00 IsHangulSyllables,D7B0 -,D800 IsHighSurrogates,DB80 IsHighPrivateUseSurrogates,
DC00 IsLowSurrogates,E000 IsPrivateUse,F900 IsCJKCompatibilityIdeographs,FB00 IsAlphabeticPresentationForms,
FB50 IsArabicPresentationForms-A,FE00 IsVariationSelectors,FE10 -,FE20 IsCombiningHalfMarks,
FE30 IsCJKCompatibilityForms,FE50 IsSmallFormVariants,FE70 IsArabicPresentationForms-B,
FF00 IsHalfwidthandFullwidthForms,FFF0 IsSpecials,10000 -`
  .trim()
  .split(/,\s*/)
  .map((one) => one.split(' ') as [string, string])
  .map(([code, name]) => [Number.parseInt(code, 16), name] as const);

const named = starts
  .map(([from, name], i) => [name, [from, (starts[i + 1]?.[0] ?? 0x1_0000) - 1]] as const)
  .filter(([name]) => name !== '-');
const byName = Object.fromEntries(named) as Record<string, readonly [number, number]>;
const same = (name: string) => byName[name] as readonly [number, number];

export const unicodeBlocks: Readonly<Record<string, readonly [first: number, last: number]>> = {
  ...byName,
  IsGreekandCoptic: same('IsGreek'),
  IsCombiningMarksforSymbols: same('IsCombiningDiacriticalMarksforSymbols'),
  IsPrivateUseArea: same('IsPrivateUse'),
};
