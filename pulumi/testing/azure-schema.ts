import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

const sdk = path.dirname(createRequire(import.meta.url).resolve('@pulumi/azure-native/package.json'));

/**
 * Checks a resource's inputs against Azure's resource schemas, as the SDK's type declarations state them: they are
 * generated from the specifications that the resource manager is built from. The schema file itself comes only inside
 * the provider's binary, which is on no package registry. The types are stricter here than for the compiler: where they say
 * "string or one of these", it must be one of these.
 * @returns one line for each unknown, missing or ill-typed property, by its path
 */
export function schemaProblems(type: string, inputs: Record<string, unknown>): string[] {
  const [, module = '', resource = ''] = type.split(':');
  return interfaceProblems(inputs, resourceArguments(module, resource), '');
}

/** `--` stands for a secret, whose value is not seen. */
const anything = '[secret]';

function interfaceProblems(value: unknown, declared: ts.InterfaceDeclaration, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: expected an object`];
  const members = new Map(declared.members.filter(ts.isPropertySignature).map((member) => [nameOf(member), member]));
  const given = value as Record<string, unknown>;
  const unknown = Object.keys(given)
    .filter((key) => !members.has(key))
    .map((key) => `${join(at, key)}: unknown property`);
  const wrong = [...members].flatMap(([key, member]) => {
    const item = given[key];
    if (item === undefined) return member.questionToken === undefined ? [`${join(at, key)}: missing`] : [];
    return problems(item, member.type!, join(at, key));
  });
  return [...unknown, ...wrong];
}

function problems(value: unknown, type: ts.TypeNode, at: string): string[] {
  if (value === anything || type.kind === ts.SyntaxKind.AnyKeyword) return [];
  if (ts.isParenthesizedTypeNode(type)) return problems(value, type.type, at);
  if (ts.isUnionTypeNode(type)) return unionProblems(value, type, at);
  if (ts.isArrayTypeNode(type)) return arrayProblems(value, type.elementType, at);
  if (ts.isTypeLiteralNode(type)) return recordProblems(value, type, at);
  if (ts.isLiteralTypeNode(type)) {
    const literal = type.literal.getText().replace(/^["']|["']$/g, '');
    return String(value) === literal ? [] : [`${at}: expected ${literal}`];
  }
  if (ts.isTypeReferenceNode(type)) return referenceProblems(value, type, at);
  const expected = type.getText();
  return typeof value === expected ? [] : [`${at}: expected ${expected}`];
}

function unionProblems(value: unknown, type: ts.UnionTypeNode, at: string): string[] {
  const members = type.types.filter((member) => member.getText() !== 'undefined');
  const named = members.some((member) => member.getText().startsWith('enums.'));
  const checked = members.filter((member) => !named || member.kind !== ts.SyntaxKind.StringKeyword);
  const attempts = checked.map((member) => problems(value, member, at));
  return attempts.reduce((best, attempt) => (attempt.length < best.length ? attempt : best));
}

function arrayProblems(value: unknown, element: ts.TypeNode, at: string): string[] {
  if (!Array.isArray(value)) return [`${at}: expected a list`];
  return value.flatMap((item, index) => problems(item, element, `${at}[${index}]`));
}

function recordProblems(value: unknown, type: ts.TypeLiteralNode, at: string): string[] {
  const index = type.members.find(ts.isIndexSignatureDeclaration);
  if (index === undefined) throw new Error(`${at}: the checker does not know ${type.getText()}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: expected an object`];
  return Object.entries(value).flatMap(([key, item]) => problems(item, index.type, join(at, key)));
}

function referenceProblems(value: unknown, type: ts.TypeReferenceNode, at: string): string[] {
  const name = type.typeName.getText();
  if (name === 'pulumi.Input') return problems(value, type.typeArguments![0]!, at);
  if (name.startsWith('enums.')) {
    const values = enumValues(name.slice('enums.'.length));
    return values.has(String(value)) ? [] : [`${at}: ${JSON.stringify(value)} is none of ${[...values].join(', ')}`];
  }
  if (!name.startsWith('inputs.')) throw new Error(`${at}: the checker does not know ${name}`);
  return interfaceProblems(value, inputTypes().get(name.slice('inputs.'.length))!, at);
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

function nameOf(member: ts.PropertySignature): string {
  return member.name.getText().replaceAll(/["']/g, '');
}

const parsed = new Map<string, ts.SourceFile>();

function parse(file: string): ts.SourceFile {
  let source = parsed.get(file);
  if (source === undefined) {
    source = ts.createSourceFile(file, readFileSync(path.join(sdk, file), 'utf8'), ts.ScriptTarget.Latest, true);
    parsed.set(file, source);
  }
  return source;
}

function resourceArguments(module: string, resource: string): ts.InterfaceDeclaration {
  const index = readFileSync(path.join(sdk, module, 'index.d.ts'), 'utf8');
  const file = new RegExp(`export \\{ ${resource}Args \\} from "\\./(\\w+)"`).exec(index)?.[1];
  if (file === undefined) throw new Error(`the SDK has no arguments for ${module}:${resource}`);
  const declared = parse(`${module}/${file}.d.ts`).statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === `${resource}Args`,
  );
  return declared as ts.InterfaceDeclaration;
}

let inputs: Map<string, ts.InterfaceDeclaration> | undefined;

/** Every nested type, by `module.Name`: one file of some eight megabytes, so it is read once. */
function inputTypes(): Map<string, ts.InterfaceDeclaration> {
  inputs ??= new Map(
    parse('types/input.d.ts')
      .statements.filter(ts.isModuleDeclaration)
      .flatMap((module) =>
        (module.body as ts.ModuleBlock).statements
          .filter(ts.isInterfaceDeclaration)
          .map((declared) => [`${module.name.text}.${declared.name.text}`, declared] as const),
      ),
  );
  return inputs;
}

function enumValues(name: string): Set<string> {
  const [module = '', constant = ''] = name.split('.');
  const text = parse(`types/enums/${module}/index.d.ts`);
  for (const statement of text.statements.filter(ts.isVariableStatement)) {
    const declared = statement.declarationList.declarations[0]!;
    if (declared.name.getText() === constant && declared.type !== undefined && ts.isTypeLiteralNode(declared.type)) {
      return new Set(
        declared.type.members
          .filter(ts.isPropertySignature)
          .map((member) => member.type!.getText().replaceAll('"', '')),
      );
    }
  }
  throw new Error(`the SDK has no values for ${name}`);
}
