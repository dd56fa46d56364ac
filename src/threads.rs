//! Two things done at once, where somebody waits for both.

use std::panic::resume_unwind;
use std::thread;

/// Does both, side by side when that `is_worth` a thread: some ten microseconds. A panic of either
/// goes on here.
pub(crate) fn both<A: Send, B>(
    is_worth: bool,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if !is_worth {
        return (one(), other());
    }
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join().unwrap_or_else(|panic| resume_unwind(panic));
        (one, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_either_way() {
        for is_worth in [false, true] {
            assert_eq!(both(is_worth, || 1, || "two"), (1, "two"));
        }
    }

    #[test]
    #[should_panic(expected = "of the thread")]
    fn a_panic_goes_on() {
        both(true, || panic!("of the thread"), || ());
    }
}
