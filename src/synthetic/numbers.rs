//! Burgerservicenummers and onderwijsnummers: computed one after the other, never searched or remembered.

use super::dice::Dice;

/// How somebody, or nobody, is called in a raw file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Id {
    Bsn(u32),
    Onderwijsnummer(u32),
    Bad(Bad),
}

/// A number that no importer may take for a person.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bad {
    /// Nine digits that fail the 11-proef.
    Fails(u32),
    /// 000000000 passes the sum and is refused all the same.
    Zeros,
    Letters,
    /// Seven digits: two lost zeros, or a typing error; nobody can tell.
    Short(u32),
    Empty,
}

impl Bad {
    pub(super) const KINDS: u32 = 5;

    pub(super) fn of_kind(kind: u32, dice: &mut Dice) -> Self {
        match kind % Self::KINDS {
            0 => Self::Zeros,
            1 => Self::Letters,
            2 => Self::Empty,
            3 => {
                // Begins with a 9 and has one digit off, so it is no onderwijsnummer either.
                let prefix = 99_990_000 + dice.below(10_000);
                let last = check_digit(prefix, 0).map_or(0, |right| (right + 1) % 10);
                Self::Fails(prefix * 10 + last)
            }
            _ => {
                // Still wrong when an importer puts both zeros back.
                let prefix = 100_000 + dice.below(900_000);
                let last = check_digit(prefix, 0).map_or(0, |right| (right + 1) % 10);
                Self::Short(prefix * 10 + last)
            }
        }
    }
}

/// The ninth digit that gives `prefix` (the first eight) this remainder in the 11-proef: the sum of digit × weight
/// 9,8,7,6,5,4,3,2,−1 modulo 11. None for the one in eleven prefixes that would need a digit 10.
fn check_digit(prefix: u32, remainder: u32) -> Option<u32> {
    let mut rest = prefix;
    let mut sum = 0;
    for weight in 2..=9 {
        sum += weight * (rest % 10);
        rest /= 10;
    }
    Some((sum + 11 - remainder) % 11).filter(|digit| *digit < 10)
}

/// Distinct valid numbers in a seeded order, from a block of eight-digit prefixes.
///
/// A step that has no divisor in common with the block's size visits every prefix once, so nothing needs to be
/// remembered to never repeat a number.
pub(super) struct Numbers {
    base: u32,
    size: u32,
    at: u32,
    step: u32,
    left: u32,
    remainder: u32,
}

/// 99990xxxx to 99999xxxx: BSNs that the BRP's test environment uses and nobody has.
const FICTITIOUS: (u32, u32) = (99_990_000, 10_000);
const ALL: (u32, u32) = (0, 100_000_000);
/// For onderwijsnummers no test range is published; a small set stays within one narrow block.
const OWN_NARROW: (u32, u32) = (10_990_000, 10_000);
const OWN_ALL: (u32, u32) = (10_000_000, 1_000_000);

impl Numbers {
    pub(super) fn bsn(dice: &mut Dice, fictitious: bool) -> Self {
        Self::new(dice, if fictitious { FICTITIOUS } else { ALL }, 0)
    }

    /// Nine digits beginning with 10, remainder 5.
    pub(super) fn onderwijsnummer(dice: &mut Dice, fictitious: bool) -> Self {
        Self::new(dice, if fictitious { OWN_NARROW } else { OWN_ALL }, 5)
    }

    fn new(dice: &mut Dice, (base, size): (u32, u32), remainder: u32) -> Self {
        // Every size is a power of ten, so a step that ends in 1, 3, 7 or 9 shares no divisor with it. The middle of
        // the range keeps neighbours in a file from being neighbours in number.
        let step = (size / 5 + dice.below(size * 3 / 5)) / 10 * 10 + dice.pick(&[1, 3, 7, 9]);
        let at = dice.below(size);
        Self { base, size, at, step, left: size, remainder }
    }

    /// The next number, or None when the block is used up.
    pub(super) fn next(&mut self) -> Option<u32> {
        while self.left > 0 {
            self.left -= 1;
            self.at = (self.at + self.step) % self.size;
            let prefix = self.base + self.at;
            if let Some(digit) = check_digit(prefix, self.remainder) {
                let number = prefix * 10 + digit;
                if number != 0 {
                    return Some(number);
                }
            }
        }
        None
    }
}

/// How many valid BSNs the fictitious range holds.
pub(super) fn fictitious_capacity() -> u32 {
    let (base, size) = FICTITIOUS;
    (base..base + size).fold(0, |count, prefix| count + u32::from(check_digit(prefix, 0).is_some()))
}

/// How many valid BSNs there are at all.
pub(super) const ALL_CAPACITY: u32 = 90_909_090;

#[cfg(test)]
mod tests {
    use super::super::dice::Stream;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_number_of_a_block_comes_once() {
        for seed in 0..20 {
            let mut dice = Dice::new(seed, Stream::People);
            let mut numbers = Numbers::bsn(&mut dice, true);
            let all: Vec<_> = std::iter::from_fn(|| numbers.next()).collect();
            assert_eq!(all.len() as u32, fictitious_capacity());
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
            assert!(all.iter().all(|n| (999_900_000..=999_999_999).contains(n)));
        }
    }

    #[test]
    fn known_numbers_pass() {
        // BSNs of the test environment of the population register.
        for bsn in [999_993_847, 999_990_482, 9_921, 999_991_905] {
            assert_eq!(check_digit(bsn / 10, 0), Some(bsn % 10));
        }
    }
}
