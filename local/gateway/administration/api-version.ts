import { AdministrationError } from './errors.ts';

/** Versions of `Microsoft.ApiManagement/service`, as far as they have these resources. */
const versions: ReadonlySet<string> = new Set([
  ...['2016-07-07', '2016-10-10', '2017-03-01', '2018-01-01', '2018-06-01-preview', '2019-01-01'],
  ...['2019-12-01-preview', '2019-12-01', '2020-06-01-preview', '2020-12-01', '2021-01-01-preview'],
  ...['2021-04-01-preview', '2021-08-01', '2021-12-01-preview', '2022-04-01-preview', '2022-08-01'],
  ...['2022-09-01-preview', '2023-03-01-preview', '2023-05-01-preview', '2023-09-01-preview', '2024-05-01'],
  ...['2024-06-01-preview', '2024-10-01-preview', '2025-03-01-preview', '2025-09-01-preview'],
]);

/** The request's `api-version`; all are answered alike. Throws AdministrationError for a missing or unknown one. */
export function apiVersionOf(query: URLSearchParams): string {
  const version = query.get('api-version');
  if (!version)
    throw new AdministrationError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  if (versions.has(version.toLowerCase())) return version;
  throw new AdministrationError(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${version}' is invalid. The supported versions are '${[...versions].join(',')}'.`,
  );
}
