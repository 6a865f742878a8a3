import type { Json } from '../configuration/artefact-folder.ts';
import { durationMilliseconds } from '../configuration/duration.ts';
import type { Backend, Configuration } from '../configuration/model.ts';
import { PropertyChecks } from './property-checks.ts';
import type { ResourceKind } from './resource-kind.ts';

export const backendKind: ResourceKind = {
  type: 'backends',
  names: ({ backends }) => backends.keys(),
  view: ({ backends }, name) => {
    const found = backends.get(name);
    return found && propertiesOf(found);
  },
  filterable: ['title', 'url'],
  change: {
    kind: 'backends',
    key: (name) => name,
    longestName: 80,
    properties: ({ backends }, name) => {
      const found = backends.get(name);
      return found && propertiesOf(found);
    },
    extras: [],
    defaults: () => ({}),
    keptByPut: [],
    problems(properties, name, configuration) {
      const checks = new PropertyChecks(properties);
      checks.text('title', { required: false, longest: 300 });
      checks.text('description', { required: false, longest: 2000 });
      checks.oneOf('type', ['Single', 'Pool']);
      if (properties['type'] === 'Pool' || properties['pool'] !== undefined) checkPool(checks, name, configuration);
      else checkSingle(checks, properties);
      checkBreaker(checks);
      return checks.problems;
    },
    needed(name, { backends }) {
      for (const { name: pool, pool: members } of backends.values())
        if (members.some(({ backendId }) => backendId === name))
          return `The backend is a member of the pool "${pool}".`;
      return undefined;
    },
    inBackground: false,
    actions: {
      reconnect: ({ name, configuration, runtime }) => {
        const url = configuration.backends.get(name)?.url;
        if (url !== undefined && URL.canParse(url)) runtime.sender.reconnect(new URL(url));
        return { status: 202 };
      },
    },
  },
};

function propertiesOf(backend: Backend): Json {
  if (backend.pool.length > 0) return backend.properties;
  return { protocol: 'http', ...backend.properties, url: backend.url };
}

function checkSingle(checks: PropertyChecks, properties: Json): void {
  const url = checks.text('url', { required: true, longest: 2000 });
  if (url !== undefined && (!/^https?:\/\//.test(url) || !URL.canParse(url)))
    checks.fail('url', `"${url}" is no address of a backend: it begins with http:// or https://.`);
  if (properties['protocol'] === undefined) checks.fail('protocol', 'The property "protocol" is required.');
  checks.oneOf('protocol', ['http', 'soap']);
}

function checkPool(checks: PropertyChecks, name: string, { backends }: Configuration): void {
  const pool = checks.inside('pool');
  if (!pool) return checks.fail('pool', 'A backend of the type Pool has a pool.');
  const services = pool.checks.each('services');
  if (services.length === 0) pool.checks.fail('services', 'A pool has at least one service.');
  if (services.length > 30) pool.checks.fail('services', 'A pool has at most 30 services.');
  for (const { checks: inner } of services) {
    const id = inner.text('id', { required: true, longest: 2000 });
    const member = id === undefined ? undefined : backends.get(id.split('/').at(-1) ?? '');
    if (id !== undefined && !member) inner.fail('id', `There is no backend "${id}".`);
    if (member && (member.pool.length > 0 || member.name === name)) inner.fail('id', 'A pool holds no pools.');
    inner.number('weight', 0, 100);
    inner.number('priority', 0, 100);
    pool.checks.add(inner);
  }
  checks.add(pool.checks);
}

function checkBreaker(checks: PropertyChecks): void {
  const breaker = checks.inside('circuitBreaker');
  if (!breaker) return;
  const rules = breaker.checks.each('rules');
  if (rules.length > 1) breaker.checks.fail('rules', 'A circuit breaker has one rule.');
  for (const { value, checks: rule } of rules) {
    checkDuration(rule, value, 'tripDuration');
    rule.flag('acceptRetryAfter');
    const condition = rule.inside('failureCondition');
    if (condition) {
      condition.checks.number('count', 1, 10_000);
      checkDuration(condition.checks, condition.value, 'interval');
      if (condition.value['percentage'] !== undefined)
        condition.checks.fail('percentage', 'Failures are counted here: give "count".');
      for (const { checks: range } of condition.checks.each('statusCodeRanges')) {
        range.number('min', 200, 599);
        range.number('max', 200, 599);
        condition.checks.add(range);
      }
      rule.add(condition.checks);
    }
    breaker.checks.add(rule);
  }
  checks.add(breaker.checks);
}

function checkDuration(checks: PropertyChecks, properties: Json, name: string): void {
  const text = checks.text(name, { required: false, longest: 100 });
  if (text !== undefined && properties[name] !== undefined && durationMilliseconds(text) === undefined)
    checks.fail(name, `"${text}" is no duration such as PT1M30S.`);
}
