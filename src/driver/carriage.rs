//! The carrier that a run is to have.

use super::{BindError, Carrier, Memory, Sockets, raise_open_files};
use crate::roster::Roster;
use crate::rules::Carriage;

/// The carrier for a run of `roster`: all its sockets bound, if it is on sockets.
///
/// # Errors
///
/// An address that can't be bound, or more sockets and logs than this process may have open.
pub fn carrier(carriage: Carriage, roster: &Roster) -> Result<Box<dyn Carrier>, BindError> {
    match carriage {
        Carriage::Sockets => Ok(Box::new(Sockets::bind(roster)?)),
        Carriage::Memory => {
            raise_open_files(roster, carriage)?;
            Ok(Box::new(Memory))
        }
    }
}
