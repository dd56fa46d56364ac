//! The checker's own reader of client logs: it shares nothing with what writes them.

use std::net::{Ipv4Addr, SocketAddrV4};

/// A line of a client's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogLine {
    /// The first line is 1.
    pub(super) number: usize,
    /// What it says, or the line as it is when that is not of the format.
    pub(super) entry: Result<Entry, String>,
}

/// What a line of the exact format `%s:%d - %d\n` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The chunk.
    pub(super) id: u16,
    /// Where it came from; `None` for 0.0.0.0:0.
    pub(super) source: Option<SocketAddrV4>,
}

/// Reads a whole log. Nothing is forgiven: no blank, no sign, no leading zero, no carriage return,
/// no last line without its end.
pub(super) fn read(log: &[u8]) -> Vec<LogLine> {
    let lines = log.split_inclusive(|byte| *byte == b'\n').enumerate();
    let read = lines.map(|(index, line)| LogLine {
        number: index + 1,
        entry: entry(line).ok_or_else(|| shown(line)),
    });
    read.collect()
}

fn entry(line: &[u8]) -> Option<Entry> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (source, id) = line.split_once(" - ")?;
    let (ip, port) = source.split_once(':')?;
    let octets: Vec<u8> = ip.split('.').map(decimal).collect::<Option<_>>()?;
    let octets: [u8; 4] = octets.try_into().ok()?;
    let source = SocketAddrV4::new(Ipv4Addr::from(octets), decimal(port)?);
    let missing = source.ip().is_unspecified() && source.port() == 0;
    Some(Entry {
        id: decimal(id)?,
        source: (!missing).then_some(source),
    })
}

/// Reads a number as `%d` writes it.
fn decimal<N: std::str::FromStr>(digits: &str) -> Option<N> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    match plain && !padded {
        true => digits.parse().ok(),
        false => None,
    }
}

/// A line as findings show it: escaped, and not longer than a screen is wide.
fn shown(line: &[u8]) -> String {
    let escaped = line.escape_ascii().to_string();
    match escaped.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", &escaped[..end]),
        None => format!("`{escaped}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_exact_format() {
        let lines = read(b"10.0.0.1:5001 - 5\n0.0.0.0:0 - 4\n");
        let source = Some("10.0.0.1:5001".parse().unwrap());
        let entries: Vec<_> = lines.iter().map(|l| (l.number, l.entry.clone())).collect();
        assert_eq!(
            entries,
            [
                (1, Ok(Entry { id: 5, source })),
                (
                    2,
                    Ok(Entry {
                        id: 4,
                        source: None
                    })
                ),
            ]
        );
        assert_eq!(read(b""), []);
    }

    #[test]
    fn forgives_nothing() {
        for line in [
            "10.0.0.1:5001 - 5",
            "10.0.0.1:5001 - 5\r\n",
            "10.0.0.1:5001 -5\n",
            "10.0.0.1:5001  - 5\n",
            " 10.0.0.1:5001 - 5\n",
            "10.0.0.1:5001 - 5 \n",
            "10.0.0.1:5001 - 05\n",
            "10.0.0.1:5001 - +5\n",
            "10.0.0.1:5001 - 70000\n",
            "10.0.0.1:70000 - 5\n",
            "10.0.0.01:5001 - 5\n",
            "10.0.0:5001 - 5\n",
            "10.0.0.1 - 5\n",
            "p1:5001 - 5\n",
            "\n",
            "10.0.0.1:5001 - 5 - 6\n",
        ] {
            let lines = read(line.as_bytes());
            assert!(lines[0].entry.is_err(), "{line:?}");
        }
        let shown = read(b"x\xff\r\n")[0].entry.clone().unwrap_err();
        assert_eq!(shown, "`x\\xff\\r\\n`");
    }
}
