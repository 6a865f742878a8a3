import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import test from 'node:test';
import * as grpc from '@grpc/grpc-js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import analyzerService from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import analyzerProto from '@pulumi/pulumi/proto/analyzer_pb.js';
import { resourceGuardrails } from './resource-guardrails.ts';
import { stackGuardrails } from './stack-guardrails.ts';

test('the pack loads as Pulumi loads it, and refuses what it should', { timeout: 60_000 }, async (t) => {
  const entry = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run-policy-pack');
  const engineAddress = '127.0.0.1:1';
  const pack = spawn(process.execPath, [entry, engineAddress, import.meta.dirname], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => pack.kill());
  const ended = once(pack, 'exit').then(([code]) => assert.fail(`the pack ended with ${code} before it listened`));
  const [port] = (await Promise.race([once(pack.stdout, 'data'), ended])) as [Buffer];
  const client = new analyzerService.AnalyzerClient(
    `127.0.0.1:${port.toString().trim()}`,
    grpc.credentials.createInsecure(),
  );
  t.after(() => client.close());

  const info = await new Promise<InstanceType<typeof analyzerProto.AnalyzerInfo>>((resolve, reject) => {
    client.getAnalyzerInfo(new emptyProto.Empty(), (error, response) => (error ? reject(error) : resolve(response)));
  });
  assert.deepEqual(
    info.getPoliciesList().map((policy) => policy.getName()),
    [...resourceGuardrails, ...stackGuardrails].map(({ name }) => name),
  );

  const request = new analyzerProto.AnalyzeRequest()
    .setType('azure-native:web:WebAppFtpAllowed')
    .setUrn('urn:pulumi:dev::exchange-api::azure-native:web:WebAppFtpAllowed::ftp')
    .setName('ftp')
    .setOptions(new analyzerProto.AnalyzerResourceOptions())
    .setProperties(structProto.Struct.fromJavaScript({ allow: true }));
  const answer = await new Promise<InstanceType<typeof analyzerProto.AnalyzeResponse>>((resolve, reject) => {
    client.analyze(request, (error, response) => (error ? reject(error) : resolve(response)));
  });
  assert.deepEqual(
    answer.getDiagnosticsList().map((diagnostic) => diagnostic.getPolicyname()),
    ['no-local-auth'],
  );
});
