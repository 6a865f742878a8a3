import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';

interface Job {
  environment?: string;
  needs?: string | string[];
  uses?: string;
  permissions?: Record<string, string>;
  steps?: { uses?: string; run?: string; env?: Record<string, string> }[];
}

interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

const root = path.join(import.meta.dirname, '..');
const workflows = path.join(root, '.github', 'workflows');
const texts = new Map([
  ...readdirSync(workflows).map((file) => [file, readFileSync(path.join(workflows, file), 'utf8')] as const),
  ['action.yml', readFileSync(path.join(root, '.github', 'actions', 'azure', 'action.yml'), 'utf8')] as const,
]);

function workflow(file: string): Workflow {
  return parse(texts.get(file)!) as Workflow;
}

for (const [file, text] of texts) {
  test(`${file}: every foreign action is pinned to a commit, and says its version`, () => {
    for (const [line, action = ''] of text.matchAll(/uses: (\S+).*/g)) {
      if (!action.startsWith('./')) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test(`${file}: no expression reaches a shell, where its text would be code`, () => {
    for (const [, script] of text.matchAll(/run: (\|[^]*?(?=\n\s*- |\n {0,4}\S|$)|[^\n]*)/g)) {
      assert.doesNotMatch(script!, /\$\{\{/);
    }
  });

  test(`${file}: every npm script it runs exists`, () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
      assert.ok(Object.hasOwn(scripts, script!), script);
  });
}

test('rights are given job by job: reading is all a workflow has, and only OIDC signs in to Azure', () => {
  for (const file of readdirSync(workflows)) {
    const { permissions, jobs } = workflow(file);
    assert.equal(permissions?.['contents'], 'read', file);
    for (const [name, { steps = [], ...job }] of Object.entries(jobs)) {
      const own: Record<string, string> | undefined = job.permissions ?? permissions;
      const signsIn = steps.some(({ uses }) => uses === './.github/actions/azure');
      assert.equal(own?.['id-token'] === 'write', signsIn, `${file}: ${name}`);
    }
    assert.doesNotMatch(texts.get(file)!, /AZURE_CREDENTIALS|client-secret|ARM_CLIENT_SECRET/);
  }
});

test('production comes after staging and waits for its reviewers; the package is built in one place', () => {
  const { jobs } = workflow('deploy.yml');
  assert.deepEqual(jobs['production']!.needs, ['package', 'staging']);
  assert.equal(jobs['production']!.environment, 'production');
  assert.equal(jobs['staging']!.environment, 'staging');
  const builds = [...texts.get('deploy.yml')!.matchAll(/npm run --silent package -- --clean/g)];
  assert.equal(builds.length, 2, 'built twice in one job, to compare');
  for (const name of ['staging', 'production']) {
    const scripts = jobs[name]!.steps!.map(({ run = '' }) => run).join('\n');
    assert.match(
      scripts,
      /package -- verify "\$DIGEST"[^]*promote -- [^]*pulumi up[^]*--policy-pack policies[^]*promote -- verify[^]*promote -- gate/,
    );
  }
});
