//! The second pair of eyes: what waits, what exactly leaves, and deciding.

use super::answers::{go_to, page, page_after};
use super::frame::{Field, Frame, Notice, said};
use super::proposal::Proposal;
use super::runs::{Line, line, one};
use crate::web::api::runs;
use crate::web::app::blocking;
use crate::web::call::{Answer, Call};
use crate::web::jobs::Shown;
use crate::web::problem::Problem;
use askama::Template;

#[derive(Template)]
#[template(path = "besluiten.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct List {
    kader: Frame,
    wachten: Vec<Line>,
    eerder: Vec<Line>,
}

#[derive(Template)]
#[template(path = "voorstel.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    regel: Line,
    voorstel: Proposal,
    eigen: bool,
    reden: Field,
}

/// What waits for a decision, and what was decided before.
pub(super) async fn list(call: Call) -> Answer {
    let all = blocking(&call.app, |app| runs::all(app)).await?;
    let (waiting, before): (Vec<_>, Vec<_>) = all.iter().partition(|run| run.staat == "klaar");
    let ended = before.iter().filter(|run| !matches!(run.staat, "gepland" | "bezig")).take(20);
    page(&List {
        kader: Frame::of(&call, "Te beslissen", "/besluiten"),
        wachten: waiting.iter().map(|run| line(run)).collect(),
        eerder: ended.map(|run| line(run)).collect(),
    })
}

/// What exactly leaves. Asked by a button and not by a link: the register tells that it was seen.
pub(super) async fn see(call: Call) -> Answer {
    match proposed(&call, None).await {
        Ok(found) => page(&found),
        Err(problem) => after(&call, &problem).await,
    }
}

async fn proposed(call: &Call, problem: Option<&Problem>) -> Result<Page, Problem> {
    let (run, voorstel) = runs::seen(call, |app, run, shown| (runs::Shown::of(app, run), proposal(shown))).await?;
    let notice = problem.map(|problem| Notice::of(problem, &[("reden", "Waarom niet?")]));
    let reden = Field::new("reden", "Waarom niet?").explained("Voor wie de koppeling vroeg. Noem geen jongeren.");
    let reden = reden.after(said(call, "reden"), notice.as_ref());
    Ok(Page {
        kader: Frame::of(call, &format!("Wat er naar buiten gaat bij koppeling {}", run.nr), "/besluiten")
            .saying(notice),
        eigen: run.gevraagd_door == call.session()?.naam.as_str(),
        regel: line(&run),
        voorstel,
        reden,
    })
}

fn proposal(shown: &Shown<'_>) -> Proposal {
    let (lists, refused) = (shown.lijsten(), shown.geweigerde_lijsten());
    let proposal = Proposal::of(shown.tabellen(), &lists, (shown.geweigerd(), refused), shown.bronnen());
    Proposal { buiten_convenant: shown.buiten_convenant(), ..proposal }
}

/// Lets it out.
pub(super) async fn release(call: Call) -> Answer {
    match runs::released(&call).await {
        Ok(done) => go_to(&match done.koppeling.vrijgave {
            Some(nr) => format!("/vrijgaven/{nr}"),
            None => format!("/koppelingen/{}", call.part(0)),
        }),
        Err(problem) => after(&call, &problem).await,
    }
}

/// Refuses it, with a reason.
pub(super) async fn refuse(call: Call) -> Answer {
    match runs::refused(&call).await {
        Ok(_) => go_to("/besluiten"),
        Err(problem) if problem.code() == "invoer" => {
            // What is shown again asks nothing.
            let again = Call { body: Default::default(), upload: None, ..call };
            match proposed(&again, Some(&problem)).await {
                Ok(found) => page_after(&problem, &found),
                Err(problem) => after(&again, &problem).await,
            }
        }
        Err(problem) => after(&call, &problem).await,
    }
}

/// The koppeling as it is now, and why what was asked is not.
async fn after(call: &Call, problem: &Problem) -> Answer {
    let mut answer = one(call, Some(Notice::of(problem, &[]))).await?;
    *answer.status_mut() = problem.status();
    Ok(answer)
}
