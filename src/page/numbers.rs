//! Numbers in columns.

/// A number in a column; [`NOTHING`] where there is none.
pub(super) type Number = i64;

/// What stands in a column for nothing.
const NOTHING: Number = -1;

/// `number` as a column has it.
pub(super) fn or_nothing<N: TryInto<Number>>(number: Option<N>) -> Number {
    number
        .and_then(|number| number.try_into().ok())
        .unwrap_or(NOTHING)
}
