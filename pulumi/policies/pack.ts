import { PolicyPack } from '@pulumi/policy';
import { resourceGuardrails } from './resource-guardrails.ts';
import { stackGuardrails } from './stack-guardrails.ts';

new PolicyPack('exchange-guardrails', {
  description: 'What no stack of the exchange API may be deployed without',
  enforcementLevel: 'mandatory',
  policies: [...resourceGuardrails, ...stackGuardrails],
});
