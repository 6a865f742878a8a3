import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { element, expression, policyDocument, statements } from './policy-tree.ts';
import { renderPolicy } from './render-policy.ts';

/** The attribute and the text of `<policy value="...">...</policy>`, as a standard parser reads them. */
function read(xml: string): { attribute: string | undefined; text: string } {
  const parser = new SaxesParser();
  const found: { attribute: string | undefined; text: string } = { attribute: undefined, text: '' };
  parser.on('opentag', ({ attributes }) => (found.attribute ??= attributes['value']));
  parser.on('text', (text) => (found.text += text.trim()));
  parser.write(xml).close();
  return found;
}

test('any text comes back from a standard parser as it was', () => {
  const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) });
  fc.assert(
    fc.property(printable, printable, (value, text) => {
      const { attribute, text: body } = read(renderPolicy(element('policy', { value }, [{ text }])));
      assert.equal(attribute, value);
      assert.equal(body, text.trim());
    }),
  );
});

test('C# reads as C#: its quotes stay, only < and & are escaped', () => {
  const xml = renderPolicy(
    element('set-variable', { name: 'a', value: expression('b.As<JObject>() != null && c == "d" || 1 > 0') }),
  );
  assert.equal(xml, `<set-variable name="a" value='@(b.As&lt;JObject>() != null &amp;&amp; c == "d" || 1 > 0)' />\n`);
});

test('as rawxml C# is not escaped at all, and other text as XML has it', () => {
  const policy = (value: string) =>
    element('set-header', { name: 'a < b', value: expression(value) }, [{ text: expression(value) }]);
  assert.equal(
    renderPolicy(policy('a < b && c == "d"'), 'rawxml'),
    `<set-header name="a &lt; b" value='@(a < b && c == "d")'>@(a < b && c == "d")</set-header>\n`,
  );
  assert.equal(
    renderPolicy(policy(`a == 'b' || c == "d"`), 'rawxml'),
    `<set-header name="a &lt; b" value="@(a == 'b' || c == "d")">@(a == 'b' || c == "d")</set-header>\n`,
  );
});

test('statements are indented below their policy', () => {
  const xml = renderPolicy(element('set-body', {}, [{ text: statements('var a = 1;\nreturn a;') }]));
  assert.equal(xml, '<set-body>@{\n    var a = 1;\n    return a;\n}</set-body>\n');
});

test('a section that is not given runs what stands above it', () => {
  assert.equal(
    renderPolicy(policyDocument({ outbound: [], inbound: [{ comment: 'nothing' }] })),
    `<policies>
    <inbound>
        <!-- nothing -->
    </inbound>
    <backend>
        <base />
    </backend>
    <outbound />
    <on-error>
        <base />
    </on-error>
</policies>
`,
  );
});
