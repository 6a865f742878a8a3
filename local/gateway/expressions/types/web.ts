import { argumentNull } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';
import { htmlDecode, htmlEncode, scriptEncode, urlDecode, urlEncode } from '../web-text.ts';
import { range } from './bytes.ts';

type Text = string | null;

/** Nothing is made of null. */
const optional = (work: (text: string) => string) => (text: Text) => (text === null ? null : work(text));
const encoded = (text: string) => urlEncode(Buffer.from(text));
/** HttpUtility writes its escapes in lower case. */
const lowerEncoded = (text: string) => encoded(text).replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
const withUnits = (text: string) =>
  urlDecode(text.replaceAll(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));

function part(bytes: Uint8Array | null, offset: number, count: number): Uint8Array | null {
  if (bytes === null && count === 0) return null;
  if (bytes === null) throw argumentNull('bytes');
  return range(bytes, offset, count);
}

const html = {
  'static HtmlEncode(string value): string': optional(htmlEncode),
  'static HtmlDecode(string value): string': optional(htmlDecode),
};

export const webTypes = [
  [
    typeTable('static System.Net.WebUtility', {
      ...html,
      'static UrlEncode(string value): string': optional(encoded),
      'static UrlDecode(string encodedValue): string': optional(urlDecode),
      'static UrlEncodeToBytes(byte[] value, int offset, int count): byte[]': (
        bytes: Uint8Array | null,
        offset: number,
        count: number,
      ) => {
        const given = part(bytes, offset, count);
        return given && new Uint8Array(Buffer.from(urlEncode(given), 'latin1'));
      },
      'static UrlDecodeToBytes(byte[] encodedValue, int offset, int count): byte[]': (
        bytes: Uint8Array | null,
        offset: number,
        count: number,
      ) => {
        const given = part(bytes, offset, count);
        const text = given && Buffer.from(given).toString('latin1').replaceAll('+', ' ');
        const plain = text?.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
        return plain === undefined ? null : new Uint8Array(Buffer.from(plain, 'latin1'));
      },
    }),
  ],
  [
    typeTable('static System.Web.HttpUtility', {
      ...html,
      'static HtmlAttributeEncode(string value): string': optional((text) =>
        text.replaceAll(/[<"'&]/g, (char) => htmlEncode(char)),
      ),
      'static UrlEncode(string value): string': optional(lowerEncoded),
      'static UrlDecode(string value): string': optional(withUnits),
      'static UrlPathEncode(string value): string': optional((text) => {
        const [, before = '', query = ''] = /^([^?]*)([^]*)$/.exec(text) ?? [];
        return before.replaceAll(/[^!-~]/gu, (char) => lowerEncoded(char).replace('+', '%20')) + query;
      }),
      'static JavaScriptStringEncode(string value): string': (text: Text) => scriptEncode(text ?? ''),
      'static JavaScriptStringEncode(string value, bool addDoubleQuotes): string': (text: Text, quotes: boolean) =>
        quotes ? `"${scriptEncode(text ?? '')}"` : scriptEncode(text ?? ''),
    }),
  ],
] as const;
