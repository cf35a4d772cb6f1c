//! Municipalities and regions.

use super::{Invalid, digits, pairs};

/// CBS code of a municipality: four digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gemeente(u16);

impl Gemeente {
    /// Reads exactly four digits.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    #[inline(always)]
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        if let [thousands, hundreds, tens, units] = *text {
            let (digits, others) = digits([b'0', b'0', b'0', b'0', thousands, hundreds, tens, units]);
            let [.., high, _, low, _] = pairs(digits).to_le_bytes().map(u16::from);
            if others == 0 {
                return Ok(Self(high * 100 + low));
            }
        }
        Err(Invalid { expected: "een gemeentecode van vier cijfers (CBS)" })
    }

    /// The municipality of a number that [`Gemeente::number`] gave.
    pub(crate) const fn from_number(number: u16) -> Self {
        Self(number)
    }

    /// The code as a number below 10,000, for compact tables.
    pub(crate) fn number(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for Gemeente {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl std::fmt::Debug for Gemeente {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// Number of an RMC region, two digits ("10" is IJssel-Vecht).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Regio(u8);

impl Regio {
    /// Reads exactly two digits.
    ///
    /// # Errors
    /// [`Invalid`] for any other text.
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        match *text {
            [tens @ b'0'..=b'9', units @ b'0'..=b'9'] => Ok(Self((tens - b'0') * 10 + (units - b'0'))),
            _ => Err(Invalid { expected: "een regiocode van twee cijfers" }),
        }
    }
}

impl std::fmt::Display for Regio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl std::fmt::Debug for Regio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}", self.0)
    }
}
