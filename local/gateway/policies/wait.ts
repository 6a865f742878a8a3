import { sections, type Policy, type Step } from '../policy.ts';

const allowed = new Set(['send-request', 'cache-lookup-value', 'choose']);

export const wait: Policy = {
  name: 'wait',
  sections: sections.filter((section) => section !== 'on-error'),
  attributes: { for: 'optional' },
  holdsPolicies: true,
  compile(element) {
    const how = element.choice('for', ['all', 'any'], 'all');
    for (const { name, position } of element.xml.children)
      if (!allowed.has(name)) element.fail(`<wait> holds only ${[...allowed].join(', ')}, not <${name}>`, { position });
    // Each child runs on its own, so that they wait for their answers at the same time.
    const branches: Step[] = element.branches();
    return async (exchange) => {
      const running = branches.map((run) => run(exchange) ?? Promise.resolve());
      if (how(exchange) === 'all') await Promise.all(running);
      else
        await Promise.any(running).catch((error: AggregateError) => {
          throw error.errors[0] as Error;
        });
    };
  },
};
