//! How statements bear on somebody.

use super::statement::{Statement, Subject};

/// A statement, and how it bears on whoever's ledger it is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// What was said.
    pub statement: Statement,
    /// How it bears on them.
    pub bearing: Bearing,
}

/// How a statement bears on somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// It is theirs.
    Own,
    /// It was said on a device, and bears on this user of it: a refusal only they lift for themselves, by a grant on that device.
    User(Subject),
    /// It is somebody else's, who is numbered: it permits them nothing, and can lift a refusal that it speaks of. So whether a
    /// refusal is lifted does not depend on whose profile the grant is in.
    Others(usize),
}

/// A statement, or an entry of a ledger.
pub trait Heard {
    /// What was said.
    fn statement(&self) -> &Statement;

    /// How it bears on whoever is asked about.
    fn bearing(&self) -> &Bearing;
}

impl Heard for Statement {
    fn statement(&self) -> &Statement {
        self
    }

    fn bearing(&self) -> &Bearing {
        &Bearing::Own
    }
}

impl Heard for Entry {
    fn statement(&self) -> &Statement {
        &self.statement
    }

    fn bearing(&self) -> &Bearing {
        &self.bearing
    }
}
