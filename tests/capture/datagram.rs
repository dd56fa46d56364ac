//! Packets and datagrams, read by hand: from the RFCs and docs/protocol.md, with nothing of the
//! program.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

/// What the bytes of a datagram say.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Said {
    /// Each field with its values, as tshark writes them.
    pub(crate) fields: BTreeMap<&'static str, Vec<String>>,
    /// The line that says all of it.
    pub(crate) line: String,
    /// Why it is no message.
    pub(crate) fault: Option<String>,
}

fn be16(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) * 256 + usize::from(bytes[1])
}

/// Sender, receiver and datagram of an IPv4 packet that has all that it must have.
pub(crate) fn unpacked(packet: &[u8]) -> (SocketAddrV4, SocketAddrV4, &[u8]) {
    assert_eq!(packet[0], 0x45, "version 4, a header of 20 bytes");
    assert_eq!(be16(&packet[2..]), packet.len());
    assert_eq!(packet[9], 17, "UDP");
    assert_eq!(sum(&packet[..20]), 0xffff, "checksum of IPv4");
    let udp = &packet[20..];
    assert_eq!(be16(&udp[4..]), udp.len());
    assert_ne!(be16(&udp[6..]), 0, "no checksum of UDP");
    let length = u16::try_from(udp.len()).unwrap().to_be_bytes();
    let pseudo = [&packet[12..20], &[0, 17], &length, udp].concat();
    assert_eq!(sum(&pseudo), 0xffff, "checksum of UDP");
    let address = |ip: &[u8], port: &[u8]| {
        let ip: [u8; 4] = ip.try_into().unwrap();
        SocketAddrV4::new(Ipv4Addr::from(ip), u16::try_from(be16(port)).unwrap())
    };
    let from = address(&packet[12..16], &udp[..2]);
    (from, address(&packet[16..20], &udp[2..4]), &udp[8..])
}

/// The sum of RFC 1071: all ones for what has its right checksum in it.
fn sum(bytes: &[u8]) -> usize {
    let words = bytes.chunks(2).map(|word| match word {
        [high, low] => be16(&[*high, *low]),
        [high] => be16(&[*high, 0]),
        _ => unreachable!(),
    });
    let mut sum: usize = words.sum();
    while sum > 0xffff {
        sum = sum % 0x10000 + sum / 0x10000;
    }
    sum
}

/// What `bytes` say as a datagram.
pub(crate) fn read(bytes: &[u8]) -> Said {
    let mut said = Said::default();
    if bytes.len() >= 2 && matches!(be16(bytes), 102 | 103) {
        said.add("type", be16(bytes));
        if bytes.len() < 10 {
            said.stop(
                bytes,
                format!(
                    "too short: {} of the 10 bytes of its fixed fields",
                    bytes.len()
                ),
            );
            return said;
        }
        let number = u64::from_be_bytes(bytes[2..10].try_into().unwrap());
        said.add("number", number);
        if be16(bytes) == 102 {
            base(&bytes[10..], &mut said);
            said.line += &format!(" number {number}");
        } else {
            said.line = format!("ACK number {number}");
            said.tail(&bytes[10..]);
        }
    } else {
        base(bytes, &mut said);
    }
    said
}

/// Reads a message of the base protocol.
fn base(bytes: &[u8], said: &mut Said) {
    let short = |need| {
        format!(
            "too short: {} of the {need} bytes of its fixed fields",
            bytes.len()
        )
    };
    if bytes.len() < 2 {
        return said.stop(bytes, short(2));
    }
    let kind = be16(bytes);
    said.add("type", kind);
    let (name, count_at) = match kind {
        1 => ("HELLO", 2),
        2 => ("QUERY", 10),
        3 => ("CHUNKS_INFO", 2),
        4 => ("GET", 2),
        5 => ("RESPONSE", 4),
        _ => return said.stop(bytes, format!("unknown type {kind}")),
    };
    said.line = name.to_owned();
    if kind == 2 && bytes.len() >= 6 {
        let ip = format!("{}.{}.{}.{}", bytes[2], bytes[3], bytes[4], bytes[5]);
        said.line += &format!(" client {ip}");
        said.add("client_ip", ip);
    }
    for (of, at, field, before) in [
        (2, 6, "client_port", ":"),
        (2, 8, "ttl", " ttl "),
        (5, 2, "id", " id "),
        (5, 4, "size", " size "),
    ] {
        if kind == of && bytes.len() >= at + 2 {
            said.line += &format!("{before}{}", be16(&bytes[at..]));
            said.add(field, be16(&bytes[at..]));
        }
    }
    if bytes.len() < count_at + 2 {
        return said.stop(bytes, short(count_at + 2));
    }
    let (count, rest) = (be16(&bytes[count_at..]), &bytes[count_at + 2..]);
    let got = bytes.len();
    if kind == 5 {
        let there = if count > 1024 {
            rest.len()
        } else {
            count.min(rest.len())
        };
        if there > 0 {
            said.add("chunk", hex(&rest[..there]));
        }
        let need = 6 + count;
        if count > 1024 {
            return said.stop(
                bytes,
                format!("size {count} is over the 1024 bytes of a chunk"),
            );
        }
        if rest.len() < count {
            return said.stop(
                bytes,
                format!("size {count} needs {need} bytes, the datagram has {got}"),
            );
        }
        return said.tail(&rest[count..]);
    }
    said.add("count", count);
    let ids: Vec<usize> = rest.chunks_exact(2).take(count).map(be16).collect();
    for id in &ids {
        said.add("ids", id);
    }
    let need = count_at + 2 + 2 * count;
    if got < need {
        return said.stop(
            bytes,
            format!("count {count} needs {need} bytes, the datagram has {got}"),
        );
    }
    said.line += &match count {
        0 => " without ids".to_owned(),
        _ => format!(" ids {}", written(&ids)),
    };
    said.tail(&rest[2 * count..]);
}

/// Ids as people write them.
fn written(ids: &[usize]) -> String {
    let runs = ids.chunk_by(|one, next| one + 1 == *next);
    let runs = runs.map(|run| match run {
        [only] => only.to_string(),
        [one, two] => format!("{one},{two}"),
        _ => format!("{}-{}", run[0], run[run.len() - 1]),
    });
    runs.collect::<Vec<_>>().join(",")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Said {
    fn add(&mut self, field: &'static str, value: impl ToString) {
        self.fields
            .entry(field)
            .or_default()
            .push(value.to_string());
    }

    fn stop(&mut self, bytes: &[u8], fault: String) {
        self.line = format!("{} bytes, {fault}", bytes.len());
        self.fault = Some(fault);
    }

    fn tail(&mut self, tail: &[u8]) {
        if !tail.is_empty() {
            self.add("tail", hex(tail));
            self.line += &format!(" and {} bytes behind it", tail.len());
        }
    }
}
