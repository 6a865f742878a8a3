import { LoadError } from './errors.ts';
import { isExpression } from './expressions/compile.ts';
import type { PolicySource, Schema } from './configuration/model.ts';
import { PolicyElement, type BodyNeeds, type DocumentScope } from './policy-element.ts';
import { sections, type ElementShape, type Policy, type ScopeName, type Section, type Step } from './policy.ts';
import { policies } from './policies/table.ts';
import { sequence, type CompiledPolicy } from './sequence.ts';
import { unsupportedPolicies } from './unsupported.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** A section as written: its policies, and where `<base />` stands among them. */
export type CompiledSection = readonly (CompiledPolicy | 'base')[];
export type CompiledDocument = Readonly<Record<Section, CompiledSection>>;

/** A fragment's parsed XML; its policies are compiled where they are included, since the section decides what fits. */
export type Fragments = ReadonlyMap<string, XmlElement>;

/** What documents refer to by name. */
export interface DocumentParts {
  fragments: Fragments;
  certificates: ReadonlyMap<string, unknown>;
  schemas: ReadonlyMap<string, Schema>;
}

const commonAttributes = new Set(['id']);
const holdsCacheStore = (run: XmlElement): boolean => run.name === 'cache-store' || run.children.some(holdsCacheStore);

/** Compiles one policy document. Every mistake found is reported to `problems`; what is left runs without it. */
export function compileDocument(
  source: PolicySource,
  scope: ScopeName,
  parts: DocumentParts,
  problems: LoadError[],
): CompiledDocument {
  const empty: CompiledDocument = { inbound: ['base'], backend: ['base'], outbound: ['base'], 'on-error': ['base'] };
  const root = parseOrReport(source, problems);
  if (!root) return empty;
  const compiler = new DocumentCompiler(scope, parts, problems);
  const compiled: Record<Section, CompiledSection> = { ...empty };
  if (root.name !== 'policies') {
    problems.push(new LoadError(`a policy document begins with <policies>, not <${root.name}>`, root.position));
    return empty;
  }
  const seen = new Set<string>();
  for (const child of root.children) {
    const section = sections.find((name) => name === child.name);
    if (!section)
      problems.push(new LoadError(`<${child.name}> is no section: use ${sections.join(', ')}`, child.position));
    else if (seen.has(section)) problems.push(new LoadError(`the section <${section}> is given twice`, child.position));
    else compiled[section] = compiler.section(child, section);
    seen.add(child.name);
  }
  return compiled;
}

/** Parses a fragment: `<fragment>` around policies. */
export function parseFragment(source: PolicySource, problems: LoadError[]): XmlElement | undefined {
  const root = parseOrReport(source, problems);
  if (root && root.name !== 'fragment') {
    problems.push(new LoadError(`a fragment begins with <fragment>, not <${root.name}>`, root.position));
    return undefined;
  }
  return root;
}

function parseOrReport(source: PolicySource, problems: LoadError[]): XmlElement | undefined {
  try {
    return parseXml(source.text, source.file);
  } catch (error) {
    problems.push(asLoadError(error, { file: source.file, line: 1, column: 1 }));
    return undefined;
  }
}

function asLoadError(error: unknown, position: LoadError['position']): LoadError {
  if (error instanceof LoadError) return error;
  if (error instanceof RangeError) return new LoadError('this nests too deeply', position);
  throw error;
}

class DocumentCompiler {
  readonly #scope: ScopeName;
  readonly #parts: DocumentParts;
  readonly #problems: LoadError[];

  constructor(scope: ScopeName, parts: DocumentParts, problems: LoadError[]) {
    this.#scope = scope;
    this.#parts = parts;
    this.#problems = problems;
  }

  section(element: XmlElement, section: Section): CompiledSection {
    for (const { name, position } of repeatedPolicies(element, this.#parts.fragments))
      this.#problems.push(new LoadError(`<${name}> may stand only once in a section`, position));
    const second = section === 'backend' ? element.children[1] : undefined;
    if (second)
      this.#problems.push(new LoadError('<backend> holds only one policy; others belong to inbound', second.position));
    return this.#compileAll(element, section, '', [], true);
  }

  #compileAll(
    element: XmlElement,
    section: Section,
    path: string,
    within: readonly string[],
    allowBase: boolean,
  ): (CompiledPolicy | 'base')[] {
    const compiled: (CompiledPolicy | 'base')[] = [];
    if (element.text.value.trim() !== '')
      this.#problems.push(new LoadError(`<${element.name}> holds policies, not text`, element.text.position));
    const counts = new Map<string, number>();
    for (const child of element.children) {
      const count = (counts.get(child.name) ?? 0) + 1;
      counts.set(child.name, count);
      const childPath = `${path && `${path}/`}${child.name}${count > 1 ? `[${count}]` : ''}`;
      try {
        if (child.name !== 'base') compiled.push(this.#policy(child, section, childPath, within));
        else if (!allowBase) throw new LoadError('<base /> stands directly in a section', child.position);
        else compiled.push('base');
      } catch (error) {
        this.#problems.push(asLoadError(error, child.position));
      }
    }
    return compiled;
  }

  #policy(element: XmlElement, section: Section, path: string, within: readonly string[]): CompiledPolicy {
    const policy = policies.get(element.name);
    if (!policy) {
      const known = unsupportedPolicies.get(element.name);
      const problem = known
        ? `the policy <${element.name}> is not supported: ${known}`
        : `<${element.name}> is no policy`;
      throw new LoadError(problem, element.position);
    }
    checkPlace(element, policy, section, this.#scope, within);
    checkShape(element, policy, commonAttributes);
    let included: readonly CompiledPolicy[] = [];
    const scope: DocumentScope = {
      section,
      level: this.#scope,
      schemas: this.#parts.schemas,
      hasCertificate: (id) => this.#parts.certificates.has(id),
      steps: (inner, innerPath) =>
        sequence(this.#compileAll(inner, section, innerPath, within, false).filter((one) => one !== 'base')),
      fragment: (id, at) => {
        const found = this.#parts.fragments.get(id);
        if (!found) throw new LoadError(`there is no fragment "${id}"`, at.position);
        if (within.length > 0) throw new LoadError('a fragment includes no other fragment', at.position);
        const inner = this.#compileAll(found, section, `${path}(${id})`, [...within, id], false);
        included = inner.filter((one) => one !== 'base');
        return sequence(included);
      },
    };
    const reader = new PolicyElement(element, policy, scope, path);
    const run = prepared(policy.compile(reader), reader.needs);
    const id = element.attributes.get('id')?.value ?? '';
    // What the resource manager calls the service is the global scope to policies.
    const level = this.#scope === 'service' ? 'global' : this.#scope;
    return { name: policy.name, path, id, scope: level, run, included, storesInCache: holdsCacheStore(element) };
  }
}

function checkPlace(
  { position }: XmlElement,
  { name, sections: allowed, scopes, outsideFragments }: Policy,
  section: Section,
  scope: ScopeName,
  within: readonly string[],
): void {
  if (!allowed.includes(section))
    throw new LoadError(`<${name}> may not stand in ${section}, only in ${allowed.join(', ')}`, position);
  if (scopes && !scopes.includes(scope))
    throw new LoadError(`<${name}> may not stand in a policy of scope ${scope}, only ${scopes.join(', ')}`, position);
  if (outsideFragments && within.length > 0) throw new LoadError(`<${name}> may not stand in a fragment`, position);
}

/** Policies that a section has again, wherever in it or in its fragments, and may not. */
function repeatedPolicies(section: XmlElement, fragments: Fragments): XmlElement[] {
  const repeated: XmlElement[] = [];
  /** Gives what was seen before `element` or in it; `at` is where a fragment is included. */
  const visit = (element: XmlElement, before: ReadonlySet<string>, at?: XmlElement): ReadonlySet<string> => {
    // Each branch is a section of its own; those of <wait> run beside each other.
    if (element.name === 'choose' || element.name === 'wait')
      return new Set([...before, ...element.children.flatMap((branch) => [...visit(branch, before, at)])]);
    let seen = before;
    for (const child of element.children) {
      const id = child.name === 'include-fragment' ? child.attributes.get('fragment-id')?.value : undefined;
      const fragment = id !== undefined && !at ? fragments.get(id) : undefined;
      if (fragment) seen = visit(fragment, seen, child);
      else if (!policies.get(child.name)?.oncePerSection) seen = visit(child, seen, at);
      else if (seen.has(child.name)) repeated.push({ ...child, position: (at ?? child).position });
      else seen = new Set(seen).add(child.name);
    }
    return seen;
  };
  visit(section, new Set());
  return repeated;
}

/** Has the bodies that the policy's expressions read in memory before it runs. */
function prepared(run: Step, needs: Readonly<BodyNeeds>): Step {
  if (!needs.request && !needs.response) return run;
  return (exchange) => {
    const waits: Promise<void>[] = [];
    if (needs.request && !exchange.request.body.isBuffered) waits.push(exchange.request.body.buffer());
    if (needs.response && exchange.response && !exchange.response.body.isBuffered)
      waits.push(exchange.response.body.buffer());
    return waits.length === 0 ? run(exchange) : Promise.all(waits).then(() => run(exchange));
  };
}

function checkShape(element: XmlElement, shape: ElementShape, allowed: ReadonlySet<string>): void {
  for (const [name, { position }] of element.attributes) {
    if (Object.hasOwn(shape.attributes ?? {}, name) || allowed.has(name)) continue;
    const why = refusal(shape, `@${name}`);
    throw new LoadError(
      why
        ? `the attribute "${name}" of <${element.name}> is not supported: ${why}`
        : `<${element.name}> has no attribute "${name}"`,
      position,
    );
  }
  for (const [name, rule] of Object.entries(shape.attributes ?? {})) {
    if (rule === 'required' && !element.attributes.has(name))
      throw new LoadError(`<${element.name}> needs the attribute "${name}"`, element.position);
  }
  for (const name of shape.constants ?? []) {
    const given = element.attributes.get(name);
    if (given && isExpression(given.value))
      throw new LoadError(`"${name}" of <${element.name}> takes no expression`, given.position);
  }
  if (!shape.holdsText && !shape.holdsPolicies && element.text.value.trim() !== '')
    throw new LoadError(`<${element.name}> holds no text`, element.text.position);
  if (shape.holdsPolicies || shape.holdsMarkup) return;
  for (const child of element.children) {
    const inner = shape.children && Object.hasOwn(shape.children, child.name) ? shape.children[child.name] : undefined;
    if (!inner) {
      const why = refusal(shape, child.name);
      throw new LoadError(
        why
          ? `<${child.name}> in <${element.name}> is not supported: ${why}`
          : `<${element.name}> takes no <${child.name}>`,
        child.position,
      );
    }
    checkShape(child, inner, new Set());
  }
}

/** Why API Management takes an attribute (`@name`) or a child here, and this gateway does not. */
function refusal({ refused = {} }: ElementShape, name: string): string | undefined {
  return Object.hasOwn(refused, name) ? refused[name] : undefined;
}
