//! Which of many datagrams: numbers and ranges from 1, `"2-4"` and `"1,3-5"`.

/// How many datagrams one list may name: it is kept number by number.
const MOST: usize = 100_000;

/// Why a text is no list of counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CountsFault {
    #[error("there is an empty place")]
    EmptyPlace,
    #[error("`{0}` is no number of a datagram")]
    NotACount(String),
    #[error("there is no datagram 0")]
    Zero,
    #[error("the range `{0}-{1}` runs backwards")]
    Backwards(u32, u32),
    #[error("more than 100,000 datagrams")]
    TooMany,
}

impl CountsFault {
    /// What to do about it.
    pub(super) fn help(&self) -> String {
        match self {
            Self::EmptyPlace => {
                "write numbers and ranges between commas, as in \"1,3-5\"".to_owned()
            }
            Self::NotACount(_) => format!("numbers are whole, from 1 to {}", u32::MAX),
            Self::Zero => "datagrams are counted from 1".to_owned(),
            Self::Backwards(first, last) => format!("write \"{last}-{first}\""),
            Self::TooMany => {
                "to mean all of a time, leave it out and write `since` and `until`".to_owned()
            }
        }
    }
}

/// Reads numbers and inclusive ranges between commas, in the order written.
pub(super) fn parse_counts(text: &str) -> Result<Vec<u32>, CountsFault> {
    let mut counts = Vec::new();
    for place in text.split(',').map(str::trim) {
        if place.is_empty() {
            return Err(CountsFault::EmptyPlace);
        }
        let (first, last) = place.split_once('-').unwrap_or((place, place));
        let (first, last) = (parse_count(first, place)?, parse_count(last, place)?);
        if first > last {
            return Err(CountsFault::Backwards(first, last));
        }
        let room = MOST - counts.len();
        if usize::try_from(last - first).map_or(true, |more| more >= room) {
            return Err(CountsFault::TooMany);
        }
        counts.extend(first..=last);
    }
    Ok(counts)
}

/// Reads one number; `place` is what the error shows.
fn parse_count(text: &str, place: &str) -> Result<u32, CountsFault> {
    let digits = text.trim();
    let not_a_count = || CountsFault::NotACount(place.to_owned());
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_count());
    }
    match digits.parse() {
        Ok(0) => Err(CountsFault::Zero),
        parsed => parsed.map_err(|_| not_a_count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_and_ranges() {
        assert_eq!(parse_counts("2-4"), Ok(vec![2, 3, 4]));
        assert_eq!(parse_counts(" 7, 1-2 "), Ok(vec![7, 1, 2]));
        assert_eq!(parse_counts("4294967295"), Ok(vec![u32::MAX]));
        assert_eq!(parse_counts("1-100000").unwrap().len(), MOST);
    }

    #[test]
    fn says_what_is_wrong_with_a_list() {
        for (text, fault) in [
            ("", CountsFault::EmptyPlace),
            ("1,,2", CountsFault::EmptyPlace),
            ("0", CountsFault::Zero),
            ("0-3", CountsFault::Zero),
            ("4-2", CountsFault::Backwards(4, 2)),
            ("-3", CountsFault::NotACount("-3".into())),
            ("3-", CountsFault::NotACount("3-".into())),
            ("first", CountsFault::NotACount("first".into())),
            ("4294967296", CountsFault::NotACount("4294967296".into())),
            ("1-100001", CountsFault::TooMany),
            ("1-4294967295", CountsFault::TooMany),
            ("1-60000,1-60000", CountsFault::TooMany),
        ] {
            assert_eq!(parse_counts(text), Err(fault), "{text:?}");
        }
    }
}
