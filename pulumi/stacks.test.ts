import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { before, describe } from 'node:test';
import { containers } from '../shared/contract/containers.ts';
import { queues } from '../shared/contract/messaging.ts';
import { consumers } from './functions.ts';
import { generatedPages } from './docs/pages.ts';
import { schemaProblems } from './testing/azure-schema.ts';
import { captureApart } from './testing/capture-apart.ts';
import { type Captured, type CapturedStack, secretMark } from './testing/capture.ts';
import { expectedRoles, operatorRoles } from './testing/expected-roles.ts';
import { asPolicyResource, stackViolations, violations } from './testing/guardrail-violations.ts';
import { rawConfig, stacks } from './testing/stack-config.ts';

const captured = new Map<string, CapturedStack>();

before(async () => {
  const requests = stacks.map((stack) => ({ stack: stack as string, config: rawConfig(stack) }));
  const answers = await captureApart([...requests, { stack: 'elsewhere', config: rawConfig('staging') }]);
  for (const [index, stack] of [...stacks, 'elsewhere'].entries()) captured.set(stack, answers[index]!);
});

for (const stack of stacks) {
  describe(stack, () => {
    const all = (): Captured[] => captured.get(stack)!.resources;
    const ofType = (type: string): Captured[] => all().filter((resource) => resource.type === `azure-native:${type}`);
    const fragments = (): Captured[] => all().filter(({ inputs }) => inputs['resourceType'] === 'policyFragments');
    const one = (name: string): Captured => {
      const found = all().find((resource) => resource.name === name);
      assert.ok(found, `no resource ${name}`);
      return found;
    };

    test("every resource's arguments fit Azure's schemas", () => {
      const problems = all().flatMap(({ type, name, inputs }) =>
        schemaProblems(type, inputs).map((problem) => `${name}: ${problem}`),
      );
      assert.deepEqual(
        problems.filter((problem) => !mistakenBySdk.some((pattern) => pattern.test(problem))),
        [],
      );
    });

    test('nothing secret stands in an output, or in an input that is not marked secret', () => {
      const { outputs, secretOutputs } = captured.get(stack)!;
      assert.deepEqual(secretOutputs, []);
      assert.doesNotMatch(JSON.stringify(outputs), new RegExp(`${secretMark}|password|InstrumentationKey`, 'i'));
      for (const { name, inputs } of all()) {
        assert.doesNotMatch(JSON.stringify(inputs), new RegExp(secretMark), name);
      }
      const settings = one('app').inputs['siteConfig'] as { appSettings: { name: string; value: string }[] };
      const suspicious = settings.appSettings.filter(({ name }) => /KEY|SECRET|PASSWORD|PROVIDERS/.test(name));
      assert.deepEqual(
        suspicious.map(({ name, value }) => [name, value.startsWith('@Microsoft.KeyVault(')]),
        [
          ['GATEWAY_KEY', true],
          ['PROVIDERS', true],
        ],
      );
    });

    test('the gateway gets the bytes that the generator writes to disk', (t) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'apim-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const tier = (JSON.parse(rawConfig(stack)['exchange-api:gateway']!) as { tier: string }).tier;
      const out = path.join(folder, 'apim');
      execFileSync(process.execPath, ['shared/azure/apim/write.ts', '--tier', tier, '--out', out], {
        cwd: path.join(import.meta.dirname, '..'),
      });
      const written = (file: string): string => readFileSync(path.join(out, file), 'utf8');
      assert.equal(one('policy').inputs['value'], written('policy.xml'));
      assert.equal(one('api-policy-exchange-v1').inputs['value'], written('apis/exchange-v1/policy.xml'));
      const operations = ofType('apimanagement:ApiOperationPolicy');
      assert.ok(operations.length > 10);
      for (const { inputs } of operations) {
        assert.equal(
          inputs['value'],
          written(`apis/exchange-v1/operations/${String(inputs['operationId'])}/policy.xml`),
        );
      }
      for (const { inputs } of fragments()) {
        assert.equal(policyOf(inputs), written(`policyFragments/${String(inputs['resourceName'])}/policy.xml`));
      }
      for (const { inputs } of ofType('apimanagement:ProductPolicy')) {
        assert.equal(
          inputs['value'],
          written(`products/${String(inputs['productId']).split('/').at(-1)!.replace('product-', '')}/policy.xml`),
        );
      }
    });

    test('everything a policy names exists, and exists before it', () => {
      const named = new Map([
        [
          /\{\{([^{}]+)\}\}/g,
          new Map(ofType('apimanagement:NamedValue').map((r) => [r.inputs['namedValueId'], r.name])),
        ],
        [
          /backend-id="([^"@]+)"/g,
          new Map(ofType('apimanagement:Backend').map((r) => [r.inputs['backendId'], r.name])),
        ],
        [/fragment-id="([^"]+)"/g, new Map(fragments().map((r) => [r.inputs['resourceName'], r.name]))],
      ] as [RegExp, Map<unknown, string>][]);
      const policies = [...all().filter(({ type }) => /apimanagement:\w*Policy$/.test(type)), ...fragments()];
      assert.ok(policies.length > 15);
      for (const policy of policies) {
        for (const [pattern, known] of named) {
          for (const [, id] of policyOf(policy.inputs).matchAll(pattern)) {
            const target = known.get(id);
            assert.ok(target !== undefined, `${policy.name} names ${id}, which does not exist`);
            assert.ok(policy.dependsOn.includes(target), `${policy.name} does not wait for ${target}`);
          }
        }
      }
    });

    test('every operation with a policy is one that the import of the document makes', () => {
      const { paths } = JSON.parse(String(one('api-exchange-v1').inputs['value'])) as {
        paths: Record<string, Record<string, { operationId?: string }>>;
      };
      const ids = Object.values(paths).flatMap((path) =>
        Object.values(path).map(({ operationId = '' }) => operationId),
      );
      // Azure's rule for naming an operation that it imports: lower case, dashes for everything else.
      const imported = new Set(ids.map((id) => id.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')));
      for (const { inputs } of ofType('apimanagement:ApiOperationPolicy'))
        assert.ok(imported.has(String(inputs['operationId'])), String(inputs['operationId']));
    });

    test('roles are those of the table, and no others', () => {
      const assigned = ofType('authorization:RoleAssignment').map(({ inputs }) => String(inputs['description']));
      const operators = rawConfig(stack)['exchange-api:operators']!.includes('groupObjectId');
      assert.deepEqual(assigned.sort(), [...expectedRoles, ...(operators ? operatorRoles : [])].sort());
      const broad = ofType('authorization:RoleAssignment').filter(({ inputs }) =>
        /resourceGroups\/[^/]+$|subscriptions\/[^/]+$/.test(String(inputs['scope'])),
      );
      assert.deepEqual(broad, [], 'a role on a resource group or subscription');
      assert.deepEqual(
        ofType('cosmosdb:SqlResourceSqlRoleAssignment')
          .map(({ name }) => name)
          .sort(),
        operators ? ['cosmos-role-functions', 'cosmos-role-operators'] : ['cosmos-role-functions'],
      );
    });

    test('the app starts only after the roles it needs to start', () => {
      const needed = ofType('authorization:RoleAssignment').filter(({ name }) => name.startsWith('role-functions-'));
      for (const role of needed) assert.ok(one('app').dependsOn.includes(role.name), role.name);
      assert.ok(one('named-value-gateway-key').dependsOn.some((name) => name.startsWith('role-gateway-key-vault')));
    });

    test('queues and containers are those of the contract', () => {
      assert.deepEqual(
        ofType('servicebus:Queue')
          .map(({ inputs }) => String(inputs['queueName']))
          .sort(),
        Object.keys(queues).sort(),
      );
      for (const { inputs } of ofType('servicebus:Queue')) {
        const settings = queues[inputs['queueName'] as keyof typeof queues];
        assert.equal(inputs['requiresSession'], settings.requiresSession);
        assert.equal(inputs['maxDeliveryCount'], settings.maxDeliveryCount);
        assert.equal(inputs['lockDuration'], 'PT1M');
        assert.equal(inputs['duplicateDetectionHistoryTimeWindow'], 'PT10M');
        assert.equal(inputs['defaultMessageTimeToLive'], 'P14D');
      }
      assert.deepEqual(
        ofType('cosmosdb:SqlResourceSqlContainer')
          .map(({ inputs }) => String(inputs['containerName']))
          .sort(),
        Object.keys(containers).sort(),
      );
    });

    test('a deployment never sets a route that exists: its value belongs to the operators', () => {
      const switches = ofType('apimanagement:NamedValue').filter(({ name }) => name.startsWith('named-value-route-'));
      assert.ok(switches.length > 5);
      for (const { ignoreChanges } of switches) assert.deepEqual(ignoreChanges, ['value', 'tags']);
    });

    test('what holds data is protected, outside dev', () => {
      const types =
        /:(Vault|DatabaseAccount|SqlResourceSqlDatabase|SqlResourceSqlContainer|Server|ApiManagementService)$/;
      for (const { type, name, protect } of all().filter((resource) => types.test(resource.type))) {
        assert.equal(protect, stack !== 'dev', `${name} (${type})`);
      }
    });

    test('every guardrail of the policy pack is kept', async () => {
      assert.deepEqual(all().map(asPolicyResource).flatMap(violations), []);
      assert.deepEqual(await stackViolations(all().map(asPolicyResource)), []);
    });

    test('sensible parts send their logs to the workspace', () => {
      const targets = ofType('monitor:DiagnosticSetting')
        .map(({ name }) => name.replace('diagnostics-', ''))
        .sort();
      const expected = [
        'audit-storage',
        'cosmos',
        'functions',
        'gateway',
        'host-storage',
        'messaging',
        'postgres',
        'vault',
      ];
      assert.deepEqual(targets, stack === 'dev' ? expected : [...expected, 'edge'].sort());
    });
  });
}

test('the instances that are kept ready are those of functions that exist', () => {
  for (const [queue, name] of Object.entries(consumers)) {
    const source = readFileSync(path.join(import.meta.dirname, '..', 'functions', `drain-${queue}.ts`), 'utf8');
    assert.match(source, new RegExp(`serviceBusQueue\\('${name}', \\{\\s+queueName: '${queue}',`));
  }
});

test("a function's time-out ends before its session lock is no longer renewed, and after the gateway gives up", () => {
  const host = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'host.json'), 'utf8')) as {
    functionTimeout: string;
    extensions: { serviceBus: { maxAutoLockRenewalDuration: string } };
  };
  const seconds = (span: string): number => span.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  assert.ok(seconds(host.functionTimeout) < seconds(host.extensions.serviceBus.maxAutoLockRenewalDuration));
  for (const { lockSeconds } of Object.values(queues)) assert.ok(lockSeconds < seconds(host.functionTimeout));
});

test('the generated pages say what the program does', () => {
  const committed = new Map(stacks.map((stack) => [stack as string, captured.get(stack)!]));
  for (const [file, text] of generatedPages(committed)) {
    const written = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'azure', file), 'utf8');
    assert.equal(written, text, `docs/azure/${file} is out of date: node pulumi/docs/write.ts`);
  }
});

test('the stack name changes nothing but names derived from it: only the configuration makes stacks differ', () => {
  const elsewhere = captured.get('elsewhere')!;
  const byName = (stack: CapturedStack) =>
    stack.resources
      .map(({ name, inputs }) => [name, withoutStack(inputs)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(byName(elsewhere), byName(captured.get('staging')!));
});

test('the program, told apart by its level of protection: private endpoints close every service', () => {
  for (const stack of ['staging', 'production']) {
    const open = captured
      .get(stack)!
      .resources.filter(
        ({ type, inputs }) => inputs['publicNetworkAccess'] === 'Enabled' && !type.endsWith(':ApiManagementService'),
      );
    assert.deepEqual(
      open.map(({ name }) => name),
      [],
    );
  }
});

test('the schema check sees unknown, missing and wrong properties at any depth', () => {
  const queue = { namespaceName: 'n', resourceGroupName: 'g', lockDuration: 60, lockTime: 'PT1M' };
  assert.deepEqual(schemaProblems('azure-native:servicebus:Queue', queue), [
    'lockTime: unknown property',
    'lockDuration: expected string',
  ]);
  const namespace = { resourceGroupName: 'g', sku: { tier: 'Gold', colour: 'blue' } };
  assert.deepEqual(schemaProblems('azure-native:servicebus:Namespace', namespace), [
    'sku.colour: unknown property',
    'sku.name: missing',
    'sku.tier: "Gold" is none of Basic, Standard, Premium',
  ]);
});

function policyOf(inputs: Record<string, unknown>): string {
  return ((inputs['properties'] ?? inputs) as { value: string }).value;
}

/** Names that differ with the stack: its tag, and GUIDs made from it. */
function withoutStack(inputs: Record<string, unknown>): unknown {
  const text = JSON.stringify(inputs).replaceAll(
    /"(stack|roleAssignmentName|roleAssignmentId|resourceName)":"[^"]*"/g,
    '"$1":""',
  );
  return JSON.parse(text);
}

/** Two enumerations of one name met in one module of the SDK, and the wrong one won: the API takes what is given. */
const mistakenBySdk = [
  /^alert-[\w-]+: criteria\.allOf\[0\]\.operator: "GreaterThan" is none of eq, ne,/,
  /^postgres-administrator: principalType: "Group" is none of user, servicePrincipal, group$/,
];
