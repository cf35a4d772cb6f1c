//! Settles the conditions of all views: each needs a witness, and each witness found is held against
//! all that is still open.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::linear::{Linear, Proposal, Solved, bulk};
use super::model::Model;
use super::network::Network;
use super::reduce::{Form, Reduced};
use super::target::{Target, Want, targets};
use super::witness::Witness;
use super::{Exposure, Stopped, Tally, Verdict};
use crate::disclosure::problem::{Problem, TimeIsUp};

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
            let (gemeente, own) = viewer.gemeente;
            let (klasse, listed) = &viewer.klassen;
            let value = |key: &[u32], axis: usize| key.get(axis).and_then(|value| usize::try_from(*value).ok());
            let places = model.keys.iter().zip(truth).zip(known.iter_mut().zip(&mut by_design));
            for ((key, count), (known, by_design)) in places {
                let listed = value(key, *klasse).is_some_and(|klasse| listed.contains(&klasse));
                if listed && value(key, gemeente) == Some(own) && count.is_some() {
                    *known = *count;
                    *by_design = true;
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

    fn still_open(&self) -> Vec<usize> {
        self.open.iter().enumerate().filter(|(_, open)| **open).map(|(at, _)| at).collect()
    }
}

fn shows(witness: &Witness, target: &Target) -> bool {
    witness.sum(&target.sum).is_some_and(|(sum, den)| match target.want {
        Want::Nothing => sum <= 0,
        Want::AtLeast(least) => sum >= i128::from(least) * i128::from(den),
    })
}

/// Settles all views; the first is anybody's, and comes last: who knows more has witnesses that
/// serve who knows less. Flows are used where the equations are a network, unless told not to.
pub(super) fn settle(
    model: &Model,
    truth: &[Option<i64>],
    views: Vec<View>,
    flows: bool,
    time_is_up: TimeIsUp<'_>,
) -> Result<Verdict, Stopped> {
    let tally = Tally { conditions: views.iter().map(|view| view.targets.len()).sum(), ..Tally::default() };
    let mut work = Work { model, views, tally, flows, time_is_up, truth: completed(model, truth)? };
    if let Some(witness) = &work.truth {
        work.tally.by_truth = work.views.iter_mut().map(|view| view.offer(witness)).sum();
    }
    for at in (0..work.views.len()).rev() {
        work.view(at)?;
    }
    let mut exposures: Vec<Exposure> = Vec::new();
    for view in &work.views {
        let open = view.targets.iter().zip(&view.open).filter(|(_, open)| **open);
        let mut exposed: Vec<Exposure> = open.flat_map(|(target, _)| target.exposes.iter().cloned()).collect();
        exposed.sort();
        exposures.extend(exposed);
    }
    Ok(Verdict { exposures, tally: work.tally })
}

/// The true table, when the true counts determine all unknowns.
fn completed(model: &Model, truth: &[Option<i64>]) -> Result<Option<Witness>, Stopped> {
    let values = Reduced::of(model, truth)?.spread(&[], 1);
    Ok(values.and_then(|values| Witness::checked(model, truth, 1, values)))
}

struct Work<'a> {
    model: &'a Model,
    views: Vec<View>,
    tally: Tally,
    flows: bool,
    time_is_up: TimeIsUp<'a>,
    /// The true table as a first witness, when it is determined as a whole.
    truth: Option<Witness>,
}

impl Work<'_> {
    fn view(&mut self, at: usize) -> Result<(), Stopped> {
        if (self.time_is_up)() {
            return Err(Stopped::TimeUp);
        }
        let Some(view) = self.views.get(at) else { return Ok(()) };
        let open = view.still_open();
        if open.is_empty() {
            return Ok(());
        }
        let reduced = Reduced::of(self.model, &view.known)?;
        let forms: Vec<(usize, Form, Want)> = open
            .into_iter()
            .filter_map(|at| Some((at, view.targets.get(at)?)))
            .map(|(at, target)| (at, reduced.form(&target.sum), target.want))
            // What follows at once cannot be otherwise: it stays open. The true table has shown the
            // rest, unless there is none and the form is nothing but a number.
            .filter(|(_, form, want)| !(self.truth.is_some() && form.terms.is_empty()) || holds(form.constant, *want))
            .collect();
        match self.flows.then(|| Network::of(&reduced)).flatten() {
            Some(network) => {
                self.tally.networks += 1;
                self.by_flow(at, &reduced, &network, &forms)
            }
            None => self.by_programs(at, &reduced, &forms),
        }
    }

    fn by_flow(
        &mut self,
        view: usize,
        reduced: &Reduced,
        network: &Network,
        forms: &[(usize, Form, Want)],
    ) -> Result<(), Stopped> {
        let truth = self.truth.as_ref().and_then(|truth| truth.whole(&reduced.unknown));
        let start = truth.or_else(|| network.feasible()).ok_or(Stopped::Contradiction)?;
        for (target, form, want) in forms {
            if !self.is_open(view, *target) {
                continue;
            }
            if (self.time_is_up)() {
                return Err(Stopped::TimeUp);
            }
            let mut flow = start.clone();
            match want {
                Want::AtLeast(least) => network.raise(&mut flow, form, Some(*least)),
                Want::Nothing => network.raise(&mut flow, &negative(form), Some(0)),
            };
            self.propose(view, reduced, Some(&Proposal { den: 1, values: flow }), Some(*target));
        }
        Ok(())
    }

    fn by_programs(&mut self, view: usize, reduced: &Reduced, forms: &[(usize, Form, Want)]) -> Result<(), Stopped> {
        self.many_at_once(view, reduced, forms)?;
        let open: Vec<&(usize, Form, Want)> =
            forms.iter().filter(|(target, _, _)| self.is_open(view, *target)).collect();
        let goals = open.iter().filter_map(|(_, _, want)| if let Want::AtLeast(t) = want { Some(*t) } else { None });
        let sums = open.iter().map(|(_, form, _)| form.constant.abs());
        let most = goals.chain(sums).max().unwrap_or(0).max(1);
        if open.is_empty() {
            return Ok(());
        }
        self.tally.solves += 1;
        let linear = match Linear::of(reduced, most) {
            Ok(linear) => linear,
            // There is a table when the true one could be completed; then the solver is at fault.
            Err(Solved::Impossible) => return Err(Stopped::Contradiction),
            Err(_) => return Ok(()),
        };
        self.propose(view, reduced, linear.start().as_ref(), None);
        let mut open = open;
        while !open.is_empty() {
            if (self.time_is_up)() {
                return Err(Stopped::TimeUp);
            }
            open.retain(|(target, _, _)| self.is_open(view, *target));
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
                self.propose(view, reduced, proposal.as_ref(), Some(*target));
                let claimed = match want {
                    Want::AtLeast(least) => helper > *least as f64 - 1e-3,
                    Want::Nothing => helper > most as f64 - 1e-3,
                };
                self.tally.unverified += usize::from(claimed && self.is_open(view, *target));
            }
            open = later;
        }
        Ok(())
    }

    /// First all that is low together, then all that is high, as long as that closes many.
    fn many_at_once(&mut self, view: usize, reduced: &Reduced, forms: &[(usize, Form, Want)]) -> Result<(), Stopped> {
        for low in [true, false] {
            loop {
                let open =
                    forms.iter().filter(|(at, _, want)| (*want == Want::Nothing) == low && self.is_open(view, *at));
                let wanted: Vec<(Form, Option<i64>)> = open
                    .map(|(_, form, want)| match want {
                        Want::Nothing => (form.clone(), None),
                        Want::AtLeast(least) => (form.clone(), Some(*least)),
                    })
                    .collect();
                if wanted.len() < AT_ONCE {
                    break;
                }
                if (self.time_is_up)() {
                    return Err(Stopped::TimeUp);
                }
                self.tally.solves += 1;
                let closed = self.propose(view, reduced, bulk(reduced, &wanted).as_ref(), None);
                if closed * 4 < wanted.len() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn is_open(&self, view: usize, target: usize) -> bool {
        self.views.get(view).and_then(|view| view.open.get(target)).copied().unwrap_or(false)
    }

    /// Checks a proposed table, and closes what it shows in every view that it fits. Says how much
    /// that was in this one.
    fn propose(&mut self, at: usize, reduced: &Reduced, proposal: Option<&Proposal>, own: Option<usize>) -> usize {
        let known = self.views.get(at).map(|view| view.known.as_slice()).unwrap_or_default();
        let checked = proposal
            .and_then(|proposal| Some((proposal.den, reduced.spread(&proposal.values, proposal.den)?)))
            .and_then(|(den, values)| Witness::checked(self.model, known, den, values));
        let Some(witness) = checked else {
            self.tally.refused += 1;
            return 0;
        };
        let mut here = 0;
        let mut all = 0;
        let was_open = own.is_some_and(|target| self.is_open(at, target));
        for (other, view) in self.views.iter_mut().enumerate() {
            if other == at || witness.agrees(&view.known) {
                let closed = view.offer(&witness);
                all += closed;
                here += if other == at { closed } else { 0 };
            }
        }
        let own = usize::from(was_open && own.is_some_and(|target| !self.is_open(at, target)));
        self.tally.by_own += own;
        self.tally.by_another += all - own;
        here
    }
}

fn holds(sum: i64, want: Want) -> bool {
    match want {
        Want::Nothing => sum <= 0,
        Want::AtLeast(least) => sum >= least,
    }
}

fn negative(form: &Form) -> Form {
    Form { terms: form.terms.iter().map(|(at, factor)| (*at, -factor)).collect(), constant: -form.constant }
}
