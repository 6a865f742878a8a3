import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { XmlSchema } from './xml-schema.ts';

const text = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="a"><xs:complexType><xs:sequence>
    <xs:element name="n" type="xs:int" maxOccurs="unbounded" />
  </xs:sequence><xs:attribute name="k" type="xs:date" /></xs:complexType></xs:element>
</xs:schema>`;
const good = '<?xml version="1.0"?><a k="2026-01-01"><n>1</n><!-- c --><n><![CDATA[2]]></n></a>';
const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>${good.slice(21)}</s:Body></s:Envelope>`;

const pieces = [
  '<',
  '>',
  '/',
  '&',
  '&#0;',
  '&x;',
  '<a>',
  '</a>',
  '<n>',
  'x',
  '<!DOCTYPE a>',
  '<![CDATA[',
  ']]>',
  '<?p?>',
  '\u0000',
  '"',
  ' xmlns=""',
  'é',
  '-1',
];

test('gateway: fuzz: XML that is cut, spliced or of random bytes gets a verdict, and breaks nothing', () => {
  const plain = new XmlSchema({ format: 'xml', id: '', text, others: {}, soap: false });
  const soap = new XmlSchema({ format: 'xml', id: '', text, others: {}, soap: true });
  const outcomes = new Set<string>();
  const splice = fc.tuple(fc.nat(envelope.length), fc.nat(8), fc.array(fc.constantFrom(...pieces), { maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(splice, { maxLength: 3 }), fc.uint8Array({ maxLength: 20 }), (splices, noise) => {
      for (const [schema, whole] of [
        [plain, good],
        [soap, envelope],
      ] as const) {
        const changed = splices.reduce(
          (at, [start, length, put]) => at.slice(0, start) + put.join('') + at.slice(start + length),
          whole,
        );
        outcomes.add(schema.verdict(Buffer.from(changed), undefined).outcome);
        outcomes.add(schema.verdict(Buffer.concat([Buffer.from(changed.slice(0, 30)), noise]), undefined).outcome);
        assert.equal(schema.verdict(Buffer.from(whole), undefined).outcome, 'conforms');
      }
    }),
    { numRuns: 400 },
  );
  assert.deepEqual([...outcomes].sort(), ['conforms', 'differs', 'unchecked']);
  plain.dispose();
  soap.dispose();
});
