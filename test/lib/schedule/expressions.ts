import fc from 'fast-check'

/** Well-formed cron expressions of every form, digits only, seconds at least 10 apart, without a zone. */
export function cronExpressions(options: {years?: fc.Arbitrary<string>} = {}): fc.Arbitrary<string> {
  const years = options.years ?? fc.constant('')
  return fc
    .tuple(seconds, field(0, 59), field(0, 23), daysOfMonth, field(1, 12), daysOfWeek, years)
    .map((parts) => parts.join(' ').trim())
}

const seconds = fc.oneof(
  {weight: 4, arbitrary: fc.constant('0')},
  fc.nat(59).map(String),
  fc.constantFrom('*/10', '0/20', '5/15', '30', '0,10,25,45', '15-40/12', '*/30'),
)

/** Single values, ranges, steps of all three kinds, and lists of them; mostly dense, so that a day has runs. */
function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({min, max})
  const step = fc.integer({min: 1, max})
  const term = fc.oneof(
    value.map(String),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    step.map((n) => `*/${n}`),
    fc.tuple(value, step).map(([a, n]) => `${a}/${n}`),
    fc.tuple(value, value, step).map(([a, b, n]) => `${Math.min(a, b)}-${Math.max(a, b)}/${n}`),
  )
  return fc.oneof(
    {weight: 2, arbitrary: fc.constant('*')},
    fc.array(term, {minLength: 1, maxLength: 3}).map((terms) => terms.join(',')),
  )
}

const daysOfMonth = fc.oneof(
  {weight: 3, arbitrary: fc.constantFrom('*', '?')},
  field(1, 31),
  fc.constantFrom('L', 'LW', '1W', '15W', '31W', 'L,15', 'LW,1W'),
)

const daysOfWeek = fc.oneof(
  {weight: 3, arbitrary: fc.constantFrom('*', '?')},
  field(1, 7),
  fc.tuple(fc.integer({min: 1, max: 7}), fc.integer({min: 1, max: 5})).map(([day, ordinal]) => `${day}#${ordinal}`),
  fc.integer({min: 1, max: 7}).map((day) => `${day}L`),
)
