import { Decimal } from './decimal.ts';

/** Custom formats such as `0.00`, `#,##0.##`, `00000` and `+0;-0;zero`. */
export function formatCustomNumber(value: Decimal, format: string, negativeZero = false): string {
  const sections = splitSections(format);
  const negative = value.unscaled < 0n || negativeZero;
  const absolute = value.unscaled < 0n ? value.negate() : value;
  const [positive = '', below, zero] = sections;
  if (negative && below) {
    const text = formatSection(absolute, below);
    if (text.isZero && zero !== undefined) return formatSection(absolute, zero).text;
    return text.text;
  }
  const text = formatSection(absolute, positive);
  if (text.isZero && zero !== undefined) return formatSection(absolute, zero).text;
  return negative && !text.isZero ? `-${text.text}` : text.text;
}

function splitSections(format: string): string[] {
  const sections = [''];
  for (const piece of format.match(/\\.|'[^']*'?|"[^"]*"?|[^]/g) ?? []) {
    if (piece === ';') sections.push('');
    else sections[sections.length - 1] += piece;
  }
  return sections;
}

function formatSection(value: Decimal, section: string): { text: string; isZero: boolean } {
  const pieces: string[] = section.match(/\\.|'[^']*'?|"[^"]*"?|[eE][+-]?0+|[^]/g) ?? [];
  const isDigit = (piece: string) => piece === '0' || piece === '#';
  const point = pieces.indexOf('.');
  const wholePieces = (point === -1 ? pieces : pieces.slice(0, point)).filter(isDigit);
  const fractionPieces = point === -1 ? [] : pieces.slice(point + 1).filter(isDigit);
  const count = (mark: string) => pieces.filter((piece) => piece === mark).length;
  const firstDigit = pieces.findIndex(isDigit);
  const lastWholeDigit = (point === -1 ? pieces : pieces.slice(0, point)).findLastIndex(isDigit);
  const grouping = pieces.some((piece, i) => piece === ',' && i > firstDigit && i < lastWholeDigit);
  const thousands = countScalingCommas(pieces, lastWholeDigit);
  const scaled = new Decimal(
    value.unscaled * 10n ** BigInt(count('%') * 2 + count('\u2030') * 3),
    value.scale + thousands * 3,
  );
  const exponentAt = pieces.findIndex((piece) => /^[eE][+-]?0+$/.test(piece));
  if (exponentAt !== -1 && firstDigit !== -1 && thousands === 0) {
    const { mantissa, exponent } = scientific(scaled, wholePieces.length, fractionPieces.length);
    const plain = pieces.map((piece, i) => (i === exponentAt ? `"${exponentText(piece, exponent)}"` : piece));
    return formatSection(mantissa, plain.filter((piece) => piece !== '%' && piece !== '\u2030').join(''));
  }
  const rounded = scaled.round(fractionPieces.length, true);
  const text = new Decimal(
    rounded.unscaled * 10n ** BigInt(Math.max(0, fractionPieces.length - rounded.scale)),
    fractionPieces.length,
  ).toString();
  const [wholeText = '', fractionText = ''] = text.split('.');
  const minimum = wholePieces.length - wholePieces.indexOf('0');
  const wholeMinimum = wholePieces.includes('0') ? minimum : 0;
  let whole = (wholeText === '0' && wholeMinimum === 0 ? '' : wholeText).padStart(wholeMinimum, '0');
  if (grouping) whole = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const fractionMinimum = fractionPieces.lastIndexOf('0') + 1;
  let fraction = fractionText;
  while (fraction.length > fractionMinimum && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return { text: assemble(pieces, whole, fraction, wholePieces.length), isZero: rounded.unscaled === 0n };
}

/** A number with so many digits before its point, and the power of ten that is left. */
function scientific(
  value: Decimal,
  wholeDigits: number,
  fractionDigits: number,
): { mantissa: Decimal; exponent: number } {
  if (value.unscaled === 0n) return { mantissa: value, exponent: 0 };
  const magnitude = String(value.unscaled).length - value.scale;
  const exponent = magnitude - Math.max(1, wholeDigits);
  const scale = value.scale + exponent;
  const shifted =
    scale < 0 ? new Decimal(value.unscaled * 10n ** BigInt(-scale), 0) : new Decimal(value.unscaled, scale);
  const mantissa = shifted.round(fractionDigits, true);
  // Rounding may add a digit: 9.996 to two places is 10.00.
  const grown = String(mantissa.unscaled).length - mantissa.scale > Math.max(1, wholeDigits);
  return grown
    ? { mantissa: new Decimal(mantissa.unscaled, mantissa.scale + 1), exponent: exponent + 1 }
    : { mantissa, exponent };
}

/** `E+00`: the sign where it is asked for or negative, and at least as many digits. */
function exponentText(piece: string, exponent: number): string {
  const sign = exponent < 0 ? '-' : piece[1] === '+' ? '+' : '';
  return `${piece[0]}${sign}${String(Math.abs(exponent)).padStart(piece.replace(/^[eE][+-]?/, '').length, '0')}`;
}

function countScalingCommas(pieces: readonly string[], lastDigit: number): number {
  let count = 0;
  for (let i = lastDigit + 1; pieces[i] === ','; i++) count++;
  return count;
}

/** Puts the digits into the pattern: surplus whole digits go before the first placeholder. */
function assemble(pieces: readonly string[], whole: string, fraction: string, wholeSlots: number): string {
  let out = '';
  let slot = 0;
  let inFraction = false;
  let fractionAt = 0;
  const digitCount = whole.replaceAll(',', '').length;
  const emitted = { count: 0 };
  for (const piece of pieces) {
    if (piece === '0' || piece === '#') {
      if (inFraction) {
        out += fraction[fractionAt++] ?? '';
        continue;
      }
      slot++;
      const remainingSlots = wholeSlots - slot;
      out += takeDigits(whole, emitted, digitCount - remainingSlots);
    } else if (piece === '.') {
      if (!inFraction && fraction) out += '.';
      inFraction = true;
    } else if (piece !== ',') out += literal(piece);
  }
  return out;
}

function takeDigits(whole: string, emitted: { count: number }, upTo: number): string {
  let out = '';
  let seen = 0;
  for (const char of whole) {
    if (char === ',') {
      if (seen >= emitted.count && seen < upTo && seen > 0) out += char;
      continue;
    }
    if (seen >= emitted.count && seen < upTo) out += char;
    seen++;
  }
  emitted.count = Math.max(emitted.count, upTo);
  return out;
}

function literal(piece: string): string {
  if (piece.startsWith('\\')) return piece.slice(1);
  if (/^['"]/.test(piece)) return piece.slice(1).replace(/['"]$/, '');
  return piece;
}
