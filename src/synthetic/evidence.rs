//! What the sources say about one person, before it is written in anybody's dialect. Days count from the peildatum,
//! months from the peilmaand.

/// The three schools of a region, in the order of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum School {
    /// The mbo whose first delivery held diplomas that its second withdrew.
    First,
    Second,
    Third,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Enrolment {
    pub(super) school: School,
    /// 0: the BRIN is written without vestiging.
    pub(super) vestiging: u32,
    pub(super) soort: &'static str,
    pub(super) niveau: &'static str,
    pub(super) van: Option<i32>,
    pub(super) tot: Option<i32>,
    /// The day a startkwalificatie was obtained.
    pub(super) diploma: Option<i32>,
    /// A diploma that only the first school's earlier delivery carries.
    pub(super) withdrawn: Option<i32>,
    /// Not yet in the first school's earlier delivery.
    pub(super) late: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Income {
    pub(super) month: i32,
    /// Whole eurocents; a correction is negative.
    pub(super) cents: i32,
    pub(super) soort: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Benefit {
    pub(super) soort: &'static str,
    pub(super) van: i32,
    pub(super) tot: Option<i32>,
    /// Paid by the municipality that delivers for itself, not by the shared service of the others.
    pub(super) eigen: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Residence {
    pub(super) status: &'static str,
    pub(super) since: i32,
    pub(super) gemeente: Option<u16>,
}

/// Everything the sources say about one person; cleared and used again for the next.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) enrolments: Vec<Enrolment>,
    pub(super) incomes: Vec<Income>,
    pub(super) benefits: Vec<Benefit>,
    pub(super) residences: Vec<Residence>,
    pub(super) jongerenwerk: Option<i32>,
    pub(super) sociaalteam: Option<i32>,
}

impl Story {
    pub(super) fn clear(&mut self) {
        self.enrolments.clear();
        self.incomes.clear();
        self.benefits.clear();
        self.residences.clear();
        self.jongerenwerk = None;
        self.sociaalteam = None;
    }
}
