import type { Code, Frame, Signal, StatementCode } from './code.ts';
import { compilePattern } from './compile-cast.ts';
import { condition } from './compile-choice.ts';
import type { NetType } from './net-type.ts';
import { merge, type Compiler, type Scope } from './scope.ts';
import type { Statement, SwitchSection } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';

type Test = (value: unknown, frame: Frame) => boolean;

export function compileSwitch(
  statement: Extract<Statement, { kind: 'switch' }>,
  scope: Scope,
  compiler: Compiler,
): StatementCode {
  const value = compiler.expression(statement.value, scope);
  const home = scope.function;
  const loop = { continues: false, broken: false };
  home.loops.push(loop);
  const before = new Set(home.unassigned);
  let after: Set<string> | undefined;
  const known = knownSection(statement, value, scope, compiler);
  const sections = statement.sections.map((section) => {
    home.unassigned = new Set(before);
    loop.broken = false;
    const inside = scope.inner();
    const tests = labelTests(section, value.type, inside, compiler);
    const body = compiler.statement({ kind: 'block', statements: section.statements, at: statement.at }, inside);
    if (body.ends) throw new SyntaxProblem('this section of "switch" runs on into the next', statement.at);
    const reached = !known || known.section === section;
    if (reached && leaves(section.statements))
      after = after ? merge(after, true, home.unassigned, true) : home.unassigned;
    const isDefault = section.labels.includes(undefined);
    return { tests, isDefault, run: body.run, broken: reached && loop.broken };
  });
  home.loops.pop();
  refuseDoubles(statement);
  const hasDefault = known?.section !== undefined || sections.some(({ isDefault }) => isDefault);
  home.unassigned = hasDefault ? (after ?? before) : new Set([...before, ...(after ?? [])]);
  const fallback = sections.find(({ isDefault }) => isDefault);
  const run = (frame: Frame): Signal => {
    const given = value.run(frame);
    const chosen = sections.find(({ tests }) => tests.some((test) => test(given, frame))) ?? fallback;
    const signal = chosen?.run(frame);
    return signal === 'break' ? undefined : signal;
  };
  return { ends: sections.some(({ broken }) => broken) || !hasDefault, run };
}

/** The section that a constant always comes to, if any; undefined where that is known only when it runs. */
function knownSection(
  { sections }: Extract<Statement, { kind: 'switch' }>,
  { constant, type }: Code,
  scope: Scope,
  compiler: Compiler,
): { section: SwitchSection | undefined } | undefined {
  const labels = sections.flatMap((section) => section.labels);
  if (!constant || labels.some((label) => label && (label.when || label.pattern.kind !== 'constant'))) return undefined;
  const frame: Frame = { context: null, locals: [], result: null };
  const matches = (section: SwitchSection) =>
    labelTests(section, type, scope, compiler).some((test) => test(constant.value, frame));
  return { section: sections.find(matches) ?? sections.find((section) => section.labels.includes(undefined)) };
}

const leaves = (statements: readonly Statement[]) => statements.some(({ kind }) => kind === 'break' || kind === 'if');

function labelTests(section: SwitchSection, type: NetType, scope: Scope, compiler: Compiler): Test[] {
  return section.labels.flatMap((label) => {
    if (!label) return [];
    const test = compilePattern(label.pattern, type, scope, compiler, label.at);
    if (!label.when) return [test];
    const holds = condition(compiler.expression(label.when, scope), scope, label.when.at);
    return [(value: unknown, frame: Frame) => test(value, frame) && holds(frame)];
  });
}

function refuseDoubles(statement: Extract<Statement, { kind: 'switch' }>): void {
  const seen = new Set<unknown>();
  for (const label of statement.sections.flatMap(({ labels }) => labels)) {
    const isValue = label?.pattern.kind === 'constant' && label.pattern.value.kind === 'value' && !label.when;
    const key =
      isValue && label.pattern.kind === 'constant' && label.pattern.value.kind === 'value'
        ? label.pattern.value.value
        : undefined;
    if (typeof key !== 'string' && typeof key !== 'number') continue;
    if (seen.has(key)) throw new SyntaxProblem(`"switch" has the case ${JSON.stringify(key)} twice`, label?.at ?? 0);
    seen.add(key);
  }
}
