import { randomBytes, randomInt } from 'node:crypto';
import { ExpressionError } from '../../errors.ts';
import { Random } from '../random.ts';
import { argumentNull } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';

const refuse = (text: string, name: string) =>
  new ExpressionError('ArgumentOutOfRangeException', `${text}\r\nParameter name: ${name}`);

function filled(bytes: Uint8Array | null, name: string, make: () => number): void {
  if (bytes === null) throw argumentNull(name);
  for (let i = 0; i < bytes.length; i++) bytes[i] = make();
}

export const randomType = typeTable('class System.Random', {
  'new()': () => new Random(),
  'new(int Seed)': (seed: number) => new Random(seed),
  'Next(): int': (random: Random) => random.next(),
  'Next(int maxValue): int': (random: Random, high: number) => {
    if (high < 0) throw refuse("'maxValue' must be greater than zero.", 'maxValue');
    return random.between(0, high);
  },
  'Next(int minValue, int maxValue): int': (random: Random, low: number, high: number) => {
    if (low > high) throw refuse("'minValue' cannot be greater than maxValue.", 'minValue');
    return random.between(low, high);
  },
  'NextDouble(): double': (random: Random) => random.real(),
  'NextBytes(byte[] buffer): void': (random: Random, bytes: Uint8Array | null) =>
    filled(bytes, 'buffer', () => random.next() % 256),
});

/** A generator that cannot be foretold. */
export class SecureRandom {
  toNetString(): string {
    return 'System.Security.Cryptography.RNGCryptoServiceProvider';
  }
}

const path = 'System.Security.Cryptography';
export const secureRandomTypes = [
  [
    typeTable(`class ${path}.RandomNumberGenerator : IDisposable`, {
      'static Create(): RandomNumberGenerator': () => new SecureRandom(),
      'GetBytes(byte[] data): void': (_random: SecureRandom, bytes: Uint8Array | null) => {
        if (bytes === null) throw argumentNull('data');
        bytes.set(randomBytes(bytes.length));
      },
      'GetNonZeroBytes(byte[] data): void': (_random: SecureRandom, bytes: Uint8Array | null) =>
        filled(bytes, 'data', () => randomInt(1, 256)),
    }),
  ],
  [
    typeTable(`class ${path}.RNGCryptoServiceProvider : RandomNumberGenerator`, { 'new()': () => new SecureRandom() }),
    SecureRandom,
  ],
] as const;
