import type { Code, Compiler, Frame, Scope } from './scope.ts';
import type { Node } from './syntax.ts';

/** `x => ...`: a JavaScript function that the members of .NET types call. */
export function compileLambda(node: Extract<Node, { kind: 'lambda' }>, scope: Scope, compiler: Compiler): Code {
  const inside = scope.inner();
  const first = scope.slots;
  const slots = node.parameters.map((name) =>
    name === '_' ? scope.temporary(undefined).slot : inside.declare(name, undefined, node.at).slot,
  );
  const { body } = node;
  const run = isStatement(body)
    ? statementBody(compiler.statement(body, inside))
    : compiler.expression(body, inside).run;
  const last = scope.slots;
  return {
    type: 'Func',
    run:
      (frame) =>
      (...given: unknown[]) => {
        // A lambda that calls itself finds its own variables again when it is back.
        const saved = frame.locals.slice(first, last);
        slots.forEach((slot, i) => (frame.locals[slot] = given[i] ?? null));
        try {
          return run(frame);
        } finally {
          for (let i = 0; i < saved.length; i++) frame.locals[first + i] = saved[i];
        }
      },
  };
}

const statementKinds = new Set(['block', 'declare', 'expression', 'if', 'foreach', 'for', 'while', 'return']);

function isStatement(body: Extract<Node, { kind: 'lambda' }>['body']): body is Exclude<typeof body, Node> {
  return statementKinds.has(body.kind);
}

function statementBody(body: (frame: Frame) => unknown): (frame: Frame) => unknown {
  return (frame) => {
    const outer = frame.result;
    frame.result = null;
    body(frame);
    const { result } = frame;
    frame.result = outer;
    return result;
  };
}
