import { sections, type Policy } from '../policy.ts';

/** Dimensions that need no value: the gateway knows them. */
const known = new Map<string, (exchange: Parameters<ReturnType<Policy['compile']>>[0]) => string>([
  ['API ID', ({ api }) => api?.id ?? ''],
  ['Operation ID', ({ operation }) => operation?.id ?? ''],
  ['Product ID', ({ product }) => product?.id ?? ''],
  ['User ID', ({ subscription }) => subscription?.owner ?? ''],
  ['Subscription ID', ({ subscription }) => subscription?.name ?? ''],
  ['Location', () => 'local'],
  ['Gateway ID', () => 'managed'],
  ['Backend ID', ({ target }) => target.backendId ?? ''],
  ['Client IP address', ({ request }) => request.ip],
]);
const maxDimensions = 5;

export const emitMetric: Policy = {
  name: 'emit-metric',
  sections,
  attributes: { name: 'required', value: 'optional', namespace: 'optional' },
  constants: ['name', 'namespace'],
  children: { dimension: { attributes: { name: 'required', value: 'optional' } } },
  compile(element) {
    const name = element.requiredText('name');
    const namespace = element.text('namespace', 'API Management');
    const value = element.text('value', '1');
    const dimensions = element.children('dimension').map((dimension) => {
      const label = dimension.requiredText('name');
      const given = dimension.text('value') ?? known.get(label.constant ?? '');
      return { label, given: given ?? dimension.fail(`the dimension "${label.constant ?? ''}" needs a value`) };
    });
    if (dimensions.length === 0) element.fail('<emit-metric> needs a <dimension>');
    if (dimensions.length > maxDimensions) element.fail(`<emit-metric> takes at most ${maxDimensions} dimensions`);
    return (exchange) => {
      const labels = Object.fromEntries(dimensions.map(({ label, given }) => [label(exchange), given(exchange)]));
      exchange.runtime.metrics.add(namespace(exchange), name(exchange), Number(value(exchange)), labels);
    };
  },
};
