//! Settles the conditions of all views: each needs a witness, and each witness found is held against
//! all that is still open.

use std::collections::HashSet;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::linear::{Linear, Proposal, Solved, bulk};
use super::model::Model;
use super::network::Network;
use super::reduce::{Form, Reduced};
use super::target::{Target, Want, targets};
use super::witness::Witness;
use super::{Exposure, Stopped, Tally, Verdict};
use crate::disclosure::problem::{Insight, Problem, TimeIsUp};

/// Linear programs between two looks at the clock and at what is still open; fixed, so that the
/// number of threads changes nothing.
const AT_ONCE: usize = 8;

/// What somebody knows, and what must be open to it.
pub(super) struct View {
    known: Vec<Option<i64>>,
    targets: Vec<Target>,
    open: Vec<bool>,
}

impl View {
    pub(super) fn of(
        problem: &Problem,
        model: &Model,
        published: &[Option<i64>],
        truth: &[Option<i64>],
        viewer: Option<usize>,
    ) -> Result<Self, Stopped> {
        let mut known = published.to_vec();
        let mut by_design = vec![false; known.len()];
        if let Some(viewer) = viewer.and_then(|viewer| problem.viewers.get(viewer)) {
            let value = |key: &[u32], axis: usize| key.get(axis).and_then(|value| usize::try_from(*value).ok());
            for Insight { gemeente: (gemeente, own), klassen: (klasse, listed) } in &viewer.knows {
                let places = model.keys.iter().zip(truth).zip(known.iter_mut().zip(&mut by_design));
                for ((key, count), (known, by_design)) in places {
                    let listed = value(key, *klasse).is_some_and(|klasse| listed.contains(&klasse));
                    if listed && value(key, *gemeente) == Some(*own) && count.is_some() {
                        *known = *count;
                        *by_design = true;
                    }
                }
            }
        }
        let targets = targets(problem, model, viewer, &by_design)?;
        let open = vec![true; targets.len()];
        Ok(Self { known, targets, open })
    }

    /// Closes what a witness shows; says how many.
    fn offer(&mut self, witness: &Witness) -> usize {
        let mut closed = 0;
        for (target, open) in self.targets.iter().zip(&mut self.open).filter(|(_, open)| **open) {
            if shows(witness, target) {
                *open = false;
                closed += 1;
            }
        }
        closed
    }

    fn exposed(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().zip(&self.open).filter(|(_, open)| **open).map(|(target, _)| target)
    }
}

fn shows(witness: &Witness, target: &Target) -> bool {
    witness.sum(&target.sum).is_some_and(|(sum, den)| match target.want {
        Want::Nothing => sum <= 0,
        Want::AtLeast(least) => sum >= i128::from(least) * i128::from(den),
    })
}

/// Settles all views. The first is anybody's: what is exposed to that one is exposed to all, and is
/// not sought again. Flows are used where the equations are a network, unless told not to.
pub(super) fn settle(
    model: &Model,
    truth: &[Option<i64>],
    views: Vec<View>,
    flows: bool,
    time_is_up: TimeIsUp<'_>,
) -> Result<Verdict, Stopped> {
    let truth = completed(model, truth)?;
    let one = |view: View, exposed: &HashSet<Condition>| {
        let mut work = Work { model, view, tally: Tally::default(), flows, time_is_up, truth: truth.as_ref() };
        work.all(exposed).map(|()| (work.view, work.tally))
    };
    let mut views = views.into_iter();
    let Some(anybody) = views.next() else { return Err(Stopped::Contradiction) };
    let anybody = one(anybody, &HashSet::new())?;
    let exposed: HashSet<Condition> = anybody.0.exposed().map(|target| (target.sum.clone(), target.want)).collect();
    let views: Vec<View> = views.collect();
    // In order, whichever thread is first.
    let others: Vec<Result<(View, Tally), Stopped>> = views.into_par_iter().map(|view| one(view, &exposed)).collect();
    let mut verdict = Verdict { exposures: Vec::new(), tally: Tally::default() };
    for done in [Ok(anybody)].into_iter().chain(others) {
        let (view, tally) = done?;
        let mut exposed: Vec<Exposure> = view.exposed().flat_map(|target| target.exposes.iter().cloned()).collect();
        exposed.sort();
        verdict.exposures.extend(exposed);
        verdict.tally.add(tally);
    }
    Ok(verdict)
}

/// What a condition is about, whoever looks.
type Condition = (Vec<(usize, i64)>, Want);

/// The true table, when the true counts determine all unknowns.
fn completed(model: &Model, truth: &[Option<i64>]) -> Result<Option<Witness>, Stopped> {
    let values = Reduced::of(model, truth)?.spread(&[], 1);
    Ok(values.and_then(|values| Witness::checked(model, truth, 1, values)))
}

struct Work<'a> {
    model: &'a Model,
    view: View,
    tally: Tally,
    flows: bool,
    time_is_up: TimeIsUp<'a>,
    /// The true table as a first witness, when it is determined as a whole.
    truth: Option<&'a Witness>,
}

impl Work<'_> {
    fn all(&mut self, exposed: &HashSet<Condition>) -> Result<(), Stopped> {
        self.in_time()?;
        self.tally.conditions = self.view.targets.len();
        if let Some(truth) = self.truth {
            self.tally.by_truth = self.view.offer(truth);
        }
        let open = self.view.targets.iter().zip(&self.view.open).enumerate().filter(|(_, (_, open))| **open);
        let open: Vec<(usize, &Target)> = open
            .map(|(at, (target, _))| (at, target))
            .filter(|(_, target)| !exposed.contains(&(target.sum.clone(), target.want)))
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let reduced = Reduced::of(self.model, &self.view.known)?;
        let forms: Vec<Wanted> = open
            .into_iter()
            .map(|(at, target)| (at, reduced.form(&target.sum), target.want))
            // A form that is nothing but a number cannot come out otherwise. Where it is as wanted any
            // table shows it, and one is still to be found.
            .filter(|(_, form, want)| !form.terms.is_empty() || holds(form.constant, *want))
            .collect();
        if forms.is_empty() {
            return Ok(());
        }
        match self.flows.then(|| Network::of(&reduced)).flatten() {
            Some(network) => {
                self.tally.networks += 1;
                self.by_flow(&reduced, &network, &forms)
            }
            None => self.by_programs(&reduced, &forms),
        }
    }

    fn in_time(&self) -> Result<(), Stopped> {
        if (self.time_is_up)() { Err(Stopped::TimeUp) } else { Ok(()) }
    }

    fn by_flow(&mut self, reduced: &Reduced, network: &Network, forms: &[Wanted]) -> Result<(), Stopped> {
        let truth = self.truth.and_then(|truth| truth.whole(&reduced.unknown));
        let start = truth.or_else(|| network.feasible()).ok_or(Stopped::Contradiction)?;
        for (target, form, want) in forms {
            if !self.is_open(*target) {
                continue;
            }
            self.in_time()?;
            let mut flow = start.clone();
            match want {
                Want::AtLeast(least) => network.raise(&mut flow, form, Some(*least)),
                Want::Nothing => network.raise(&mut flow, &negative(form), Some(0)),
            };
            self.propose(reduced, Some(&Proposal { den: 1, values: flow }), Some(*target));
        }
        Ok(())
    }

    fn by_programs(&mut self, reduced: &Reduced, forms: &[Wanted]) -> Result<(), Stopped> {
        self.many_at_once(reduced, forms)?;
        let open: Vec<&Wanted> = forms.iter().filter(|(target, _, _)| self.is_open(*target)).collect();
        let goals = open.iter().filter_map(|(_, _, want)| if let Want::AtLeast(t) = want { Some(*t) } else { None });
        let sums = open.iter().map(|(_, form, _)| form.constant.abs());
        let most = goals.chain(sums).max().unwrap_or(0).max(1);
        if open.is_empty() {
            return Ok(());
        }
        self.tally.solves += 1;
        let linear = match Linear::of(reduced, most) {
            Ok(linear) => linear,
            // Where the true table is known there is one, and the solver is at fault.
            Err(Solved::Impossible) if self.truth.is_none() => return Err(Stopped::Contradiction),
            Err(_) => return Ok(()),
        };
        self.propose(reduced, linear.start().as_ref(), None);
        let mut open = open;
        while !open.is_empty() {
            self.in_time()?;
            open.retain(|(target, _, _)| self.is_open(*target));
            let later = open.split_off(open.len().min(AT_ONCE));
            let solved: Vec<Solved> = open
                .par_iter()
                .map(|(_, form, want)| match want {
                    Want::AtLeast(_) => linear.raise(form),
                    Want::Nothing => linear.lower(form),
                })
                .collect();
            self.tally.solves += open.len();
            for ((target, _, want), solved) in open.iter().zip(solved) {
                let Solved::To(helper, proposal) = solved else { continue };
                self.propose(reduced, proposal.as_ref(), Some(*target));
                let claimed = match want {
                    Want::AtLeast(least) => helper > *least as f64 - 1e-3,
                    Want::Nothing => helper > most as f64 - 1e-3,
                };
                self.tally.unverified += usize::from(claimed && self.is_open(*target));
            }
            open = later;
        }
        Ok(())
    }

    /// First all that is low together, then all that is high, as long as that closes many.
    fn many_at_once(&mut self, reduced: &Reduced, forms: &[Wanted]) -> Result<(), Stopped> {
        for low in [true, false] {
            loop {
                let open = forms.iter().filter(|(at, _, want)| (*want == Want::Nothing) == low && self.is_open(*at));
                let wanted: Vec<(Form, Option<i64>)> = open
                    .map(|(_, form, want)| match want {
                        Want::Nothing => (form.clone(), None),
                        Want::AtLeast(least) => (form.clone(), Some(*least)),
                    })
                    .collect();
                if wanted.len() < AT_ONCE {
                    break;
                }
                self.in_time()?;
                self.tally.solves += 1;
                let closed = self.propose(reduced, bulk(reduced, &wanted).as_ref(), None);
                if closed * 4 < wanted.len() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn is_open(&self, target: usize) -> bool {
        self.view.open.get(target).copied().unwrap_or(false)
    }

    /// Checks a proposed table, and closes what it shows. Says how much that was.
    fn propose(&mut self, reduced: &Reduced, proposal: Option<&Proposal>, own: Option<usize>) -> usize {
        let checked = proposal
            .and_then(|proposal| Some((proposal.den, reduced.spread(&proposal.values, proposal.den)?)))
            .and_then(|(den, values)| Witness::checked(self.model, &self.view.known, den, values));
        let Some(witness) = checked else {
            self.tally.refused += 1;
            return 0;
        };
        let was_open = own.is_some_and(|target| self.is_open(target));
        let closed = self.view.offer(&witness);
        let own = usize::from(was_open && own.is_some_and(|target| !self.is_open(target)));
        self.tally.by_own += own;
        self.tally.by_another += closed - own;
        closed
    }
}

/// A condition by its place among the view's, as a form over what is left.
type Wanted = (usize, Form, Want);

fn holds(sum: i64, want: Want) -> bool {
    match want {
        Want::Nothing => sum <= 0,
        Want::AtLeast(least) => sum >= least,
    }
}

fn negative(form: &Form) -> Form {
    Form { terms: form.terms.iter().map(|(at, factor)| (*at, -factor)).collect(), constant: -form.constant }
}
