//! Random lists for random worlds: chosen without looking at a world, then laid on it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::lists::Lijst;
use super::world::World;

const KLASSEN: [&str; 7] =
    ["school", "werk", "uitkering", "geen_dagbesteding", "onbekend", "startkwalificatie", "buiten_doelgroep"];
const VELDEN: [&str; 6] = ["klasse", "leeftijdsgroep", "cohort", "uitschrijfmaand", "contact", "betrokkenheid"];
const CONTACTEN: [&str; 4] = ["geen_contact", "in_beeld", "bereikt", "begeleiding"];

/// A list, as far as it can be chosen without a world.
#[derive(Debug, Clone)]
pub struct ListPlan {
    klassen: Vec<&'static str>,
    velden: Vec<&'static str>,
    /// Which of the world's municipalities receive it, as bits.
    ontvangers: u8,
    share: Share,
    uitgezonderd: Vec<&'static str>,
    zonder_betrokkenheid: bool,
}

#[derive(Debug, Clone, Copy)]
enum Share {
    /// Everybody may be listed.
    All,
    /// As many as stand on the first recipient's list, where whole percents say that.
    Exactly,
    /// A percent less.
    JustLess,
    Procent(u64),
}

/// One or two lists of a doelbinding.
pub fn list_plans() -> BoxedStrategy<Vec<ListPlan>> {
    vec(list_plan(), 1..=2).boxed()
}

fn list_plan() -> BoxedStrategy<ListPlan> {
    let klassen = prop_oneof![
        3 => Just(vec!["geen_dagbesteding", "onbekend"]),
        4 => subsequence(KLASSEN.to_vec(), 1..=7),
        2 => Just(KLASSEN.to_vec()),
    ];
    let share = prop_oneof![
        3 => Just(Share::All),
        4 => Just(Share::Exactly),
        2 => Just(Share::JustLess),
        2 => (1_u64..=100).prop_map(Share::Procent),
    ];
    (
        klassen,
        subsequence(VELDEN.to_vec(), 0..=6).prop_shuffle(),
        any::<u8>(),
        share,
        prop_oneof![2 => Just(Vec::new()), 1 => subsequence(CONTACTEN.to_vec(), 1..=2)],
        select(vec![true, false, false]),
    )
        .prop_map(|(klassen, velden, ontvangers, share, uitgezonderd, zonder_betrokkenheid)| ListPlan {
            klassen,
            velden,
            ontvangers,
            share,
            uitgezonderd,
            zonder_betrokkenheid,
        })
        .boxed()
}

/// The lists as a doelbinding over this world can ask them.
pub fn lay_on(plans: &[ListPlan], world: &World) -> Vec<Lijst> {
    let owned = |texts: &[&'static str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let involved = world.policy.bronnen.contains_key("betrokkenheid");
    let lay = |(number, plan): (usize, &ListPlan)| {
        let gemeenten = &world.policy.gemeenten;
        let chosen = gemeenten.iter().enumerate().filter(|(at, _)| plan.ontvangers >> (at % 8) & 1 == 1);
        let mut ontvangers: Vec<String> = chosen.map(|(_, gemeente)| gemeente.clone()).collect();
        if ontvangers.is_empty() {
            ontvangers.push(gemeenten[0].clone());
        }
        let velden = plan.velden.iter().copied().filter(|veld| involved || *veld != "betrokkenheid");
        let mut lijst = Lijst {
            naam: format!("lijst-{number}"),
            klassen: owned(&plan.klassen),
            velden: owned(&velden.collect::<Vec<_>>()),
            ontvangers,
            max_procent: 100,
            contact_uitgezonderd: owned(&plan.uitgezonderd),
            zonder_betrokkenheid: plan.zonder_betrokkenheid && involved,
        };
        lijst.max_procent = match plan.share {
            Share::All => 100,
            Share::Procent(procent) => procent,
            Share::Exactly | Share::JustLess => {
                let lists = world.lists(std::slice::from_ref(&lijst));
                let page = lists.ok().and_then(|lists| lists.pages.values().next().cloned());
                let listed = page.map_or(100, |page| (page.rows.len() as u64 * 100).div_ceil(page.persons.max(1)));
                let less = u64::from(matches!(plan.share, Share::JustLess));
                listed.saturating_sub(less).clamp(1, 100)
            }
        };
        lijst
    };
    plans.iter().enumerate().map(lay).collect()
}
