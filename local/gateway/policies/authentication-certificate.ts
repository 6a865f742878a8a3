import { fromBytes, type Certificate } from '../certificate.ts';
import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { toText } from '../expressions/values.ts';
import type { ElementShape, Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';

export const certificateShape: ElementShape = {
  attributes: { thumbprint: 'optional', 'certificate-id': 'optional', body: 'optional', password: 'optional' },
};

/** The certificate that an element names or holds. */
export function certificateFor(element: PolicyElement): (exchange: Exchange) => Certificate {
  const { name } = element;
  const given = ['thumbprint', 'certificate-id', 'body'].filter((attribute) => element.has(attribute));
  if (given.length !== 1) element.fail(`<${name}> needs one of thumbprint, certificate-id, body`);
  const password = element.text('password');
  if (password && given[0] !== 'body') element.fail(`<${name}> takes a password for its body only`);
  const body = element.value('body');
  if (body) return (exchange) => certificateIn(body(exchange), password?.(exchange));
  if (given[0] === 'certificate-id') {
    const id = element.certificateId('certificate-id');
    return (exchange) => exchange.program.certificate(id(exchange));
  }
  const thumbprint = element.requiredText('thumbprint');
  return (exchange) => exchange.program.certificateByThumbprint(thumbprint(exchange));
}

/** Bytes, or a text that holds them in base64. */
function certificateIn(body: unknown, password: string | undefined): Certificate {
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(toText(body), 'base64');
  try {
    return fromBytes(bytes, password);
  } catch (error) {
    throw new PolicyError(`The certificate cannot be read: ${(error as Error).message}`, {
      source: 'authentication-certificate',
      reason: 'CertificateNotValid',
      cause: error,
    });
  }
}

export const authenticationCertificate: Policy = {
  name: 'authentication-certificate',
  sections: ['inbound'],
  ...certificateShape,
  compile(element) {
    const certificate = certificateFor(element);
    return (exchange) => {
      exchange.target.certificate = certificate(exchange);
    };
  },
};
