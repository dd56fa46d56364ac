//! How addresses, durations and ids are read from a command line, and what is said when they can't
//! be.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::assembly::{FileName, NameFault};
use crate::rules::Carriage;
use crate::scenario::{AddressFault, DurationFault, check_address, parse_address, parse_duration};
use crate::wire::{ChunkId, parse_ids};

/// Reads the address of another host.
pub(super) fn address(text: &str) -> Result<SocketAddrV4, String> {
    parse_address(text).map_err(|fault| explain(text, &fault))
}

/// Reads the address of a peer's own: 0.0.0.0 stands for each address of the machine, port 0 for a
/// free one.
pub(super) fn own_address(text: &str) -> Result<SocketAddrV4, String> {
    match (parse_address(text), text.parse()) {
        (Ok(address), _) => Ok(address),
        (Err(AddressFault::PortZero | AddressFault::NoHost(Ipv4Addr::UNSPECIFIED, _)), Ok(own)) => {
            Ok(own)
        }
        (Err(fault), _) => Err(explain(text, &fault)),
    }
}

/// Reads the address of a client's own: one address of this machine, a free port when none is
/// said.
pub(super) fn bind_address(text: &str) -> Result<SocketAddrV4, String> {
    let own = match text.parse::<Ipv4Addr>() {
        Ok(ip) => SocketAddrV4::new(ip, 0),
        Err(_) => own_address(text)?,
    };
    if own.ip().is_unspecified() {
        return Err(
            "the log is named after it, so it must be one address; leave --bind away for \
                    the one that leads to the contact"
                .to_owned(),
        );
    }
    match check_address(own) {
        Ok(_) | Err(AddressFault::PortZero) => Ok(own),
        Err(fault) => Err(explain(text, &fault)),
    }
}

/// Reads the name of a file in a client's folder.
pub(super) fn file_name(text: &str) -> Result<FileName, String> {
    text.parse().map_err(|fault: NameFault| fault.to_string())
}

/// What is wrong with the address `text`, and what to write.
fn explain(text: &str, fault: &AddressFault) -> String {
    match fault {
        AddressFault::NoPort => format!("the port is missing; write {text}:5001, say"),
        AddressFault::PortZero => format!("{fault}; ports are from 1 to 65535"),
        AddressFault::Ipv6 => format!("{fault}, as in 127.0.0.1:5001"),
        AddressFault::NoHost(Ipv4Addr::UNSPECIFIED, _) => {
            "nobody is at 0.0.0.0; write the address that the peer's machine has in its network"
                .to_owned()
        }
        AddressFault::NoHost(..) => fault.to_string(),
        AddressFault::NotAnAddress => {
            let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
            if host.parse::<Ipv4Addr>().is_ok() {
                format!("`{port}` is no port; ports are from 1 to 65535")
            } else if host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains('/') {
                "host names are not looked up; write the IPv4 address, as in 127.0.0.1:5001"
                    .to_owned()
            } else {
                "write an IPv4 address and a port, as in 127.0.0.1:5001".to_owned()
            }
        }
    }
}

/// Reads a length of time.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|fault| match fault {
        DurationFault::NoUnit => format!("the unit is missing; write {}s for seconds", text.trim()),
        DurationFault::Negative => fault.to_string(),
        _ => format!("{fault}; {}", fault.help(text)),
    })
}

/// Reads how much time passes in a second.
#[cfg(feature = "watch")]
pub(super) fn speed(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("nothing would ever move; --paused begins with a pause".to_owned()),
        speed => Ok(speed),
    }
}

/// Takes the words for what carries datagrams in lockstep.
pub(super) fn carriage() -> impl TypedValueParser<Value = Carriage> {
    let words = PossibleValuesParser::new(Carriage::words());
    words.try_map(|word| word.parse::<Carriage>())
}

/// Reads a length of time that is not zero.
pub(super) fn wait(text: &str) -> Result<humantime::Duration, String> {
    match duration(text)? {
        Duration::ZERO => {
            Err("without a wait no answer could come in time; 5s is usual".to_owned())
        }
        wait => Ok(wait.into()),
    }
}

/// The chunks that a client wants. A type of its own, as clap takes a plain list for many arguments.
#[derive(Clone, Debug)]
pub(super) struct Wanted(pub(super) Vec<ChunkId>);

/// Reads `1,3-5,9`.
pub(super) fn wanted(text: &str) -> Result<Wanted, String> {
    parse_ids(text)
        .map(Wanted)
        .map_err(|error| error.to_string())
}
