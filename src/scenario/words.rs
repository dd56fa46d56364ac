//! Words of problems: near misses and articles.

/// What is near enough to `word` among `known` to have been meant; nothing when several are.
pub(super) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut nearest = None;
    let mut least = (word.chars().count() / 3).max(1) + 1;
    for known in known {
        let distance = strsim::damerau_levenshtein(&word, &known.to_lowercase());
        if distance < least {
            least = distance;
            nearest = Some(known);
        } else if distance == least {
            nearest = None;
        }
    }
    nearest
}

/// `word` with `a` or `an` before it.
pub(super) fn with_article(word: &str) -> String {
    match word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => format!("an {word}"),
        false => format!("a {word}"),
    }
}

/// `text` in backticks, on one line and not too long, whatever it holds.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        match c {
            _ if count >= 64 => return format!("`{shown}…`"),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    match shown.is_empty() {
        true => "an empty string".to_owned(),
        false => format!("`{shown}`"),
    }
}

/// `words` as a sentence lists them, each in backticks: `` `a`, `b` and `c` ``.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let quoted: Vec<String> = words.into_iter().map(quoted).collect();
    match quoted.as_slice() {
        [head @ .., end] if !head.is_empty() => format!("{} {last} {end}", head.join(", ")),
        _ => quoted.join(""),
    }
}

/// How many there are, as a sentence goes on behind "there": `is 1 peer`, `are 5 peers`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("is 1 {what}"),
        count => format!("are {} {what}s", many(count as u128)),
    }
}

/// A large number as people read it: `1,000,000`, and about how many where it is beyond all bounds.
pub(super) fn many(number: u128) -> String {
    let digits = number.to_string();
    if digits.len() > 15 {
        return format!("about 10^{}", digits.len() - 1);
    }
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_was_meant() {
        let known = ["chunks", "neighbours", "p1"];
        assert_eq!(did_you_mean("chunk", known), Some("chunks"));
        assert_eq!(did_you_mean("neighbors", known), Some("neighbours"));
        assert_eq!(did_you_mean("P1", known), Some("p1"));
        assert_eq!(did_you_mean("p3", ["p1", "p2"]), None);
        assert_eq!(
            did_you_mean("peer2", ["peer1", "peer22", "Peer2"]),
            Some("Peer2")
        );
        assert_eq!(did_you_mean("colour", known), None);
        assert_eq!(did_you_mean("x", []), None);
    }

    #[test]
    fn what_is_quoted_stays_on_one_line() {
        assert_eq!(quoted("a\nb\u{1b}"), "`a\\nb\\u{1b}`");
        assert_eq!(quoted(&"x".repeat(64)), format!("`{}`", "x".repeat(64)));
        assert_eq!(quoted(&"x".repeat(65)), format!("`{}…`", "x".repeat(64)));
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(many(0), "0");
        assert_eq!(many(999), "999");
        assert_eq!(many(1_000), "1,000");
        assert_eq!(many(123_456_789), "123,456,789");
        assert_eq!(many(3 * 10_u128.pow(20)), "about 10^20");
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(listed(["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(listed(["a"], "or"), "`a`");
        assert_eq!(listed([], "or"), "");
    }
}
