//! The shares of each period's key: handing in share B, and forgetting it.

use super::answers::{go_to, page, page_after};
use super::frame::{Frame, Notice};
use super::words;
use crate::web::api::periods::{self, Shown};
use crate::web::call::{Answer, Call};
use crate::web::problem::Problem;
use askama::Template;
use inbeeld::terms::Maand;

#[derive(Template)]
#[template(path = "perioden.html", config = "src/bin/inbeeld/web/pages/askama.toml")]
struct Page {
    kader: Frame,
    maanden: Vec<(String, String)>,
    perioden: Vec<Line>,
    deel_a: String,
    fout: Option<String>,
}

/// A period that was begun.
struct Line {
    periode: String,
    maand: String,
    open: bool,
    begonnen: String,
    deel_b: String,
}

const LABELS: &[(&str, &str)] = &[("sleutel", "Deel B"), ("periode", "Maand")];

/// The periods, and the form.
pub(super) async fn show(call: Call) -> Answer {
    let notice = call.asked("ingevoerd").map(|_| {
        Notice::done(
            "Deel B is ingevoerd",
            "Het staat alleen in het geheugen. Na een herstart is het opnieuw nodig: bewaar het.",
        )
    });
    let forgotten = call.asked("vergeten").map(|_| {
        Notice::done(
            "Deel B is vergeten",
            "De dienst kan van die maand nu niets lezen. Wie deel B bewaart, kan het weer invoeren.",
        )
    });
    page(&built(&call, notice.or(forgotten)).await?)
}

async fn built(call: &Call, notice: Option<Notice>) -> Result<Page, Problem> {
    let all = periods::all(call).await?;
    // The coming month can be opened early, and the one before is needed for incomes.
    let this = Maand::of(call.app.today());
    let next = Maand::of(this.first_day().plus_days(31));
    let months = [this, next, this.previous(), this.previous().previous()];
    let line = |one: Shown| Line {
        maand: words::maand_of(&one.periode),
        periode: one.periode,
        open: one.open,
        begonnen: words::moment_of(&one.begonnen),
        deel_b: one.deel_b,
    };
    let fout = notice.as_ref().and_then(|notice| notice.at("sleutel"));
    Ok(Page {
        kader: Frame::of(call, "Periodesleutels", "/perioden").saying(notice),
        maanden: months.iter().map(|month| (month.to_string(), words::maand(*month))).collect(),
        perioden: all.perioden.into_iter().rev().map(line).collect(),
        deel_a: all.deel_a,
        fout,
    })
}

/// Takes in share B of the month that was chosen.
pub(super) async fn give(call: Call) -> Answer {
    match given(&call).await {
        Ok(()) => go_to("/perioden?ingevoerd=ja"),
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, LABELS))).await?),
    }
}

async fn given(call: &Call) -> Result<(), Problem> {
    let mut fields = call.fields()?;
    let periode = fields.parsed("periode", |text| Maand::parse(text.as_bytes()));
    let line = fields.text("sleutel", 256);
    fields.finish()?;
    periods::given(call, periode.ok_or_else(Problem::internal)?, &line).await
}

/// Forgets share B of a month.
pub(super) async fn forget(call: Call) -> Answer {
    call.nothing()?;
    match periods::forgotten(&call).await {
        Ok(()) => go_to("/perioden?vergeten=ja"),
        Err(problem) => page_after(&problem, &built(&call, Some(Notice::of(&problem, LABELS))).await?),
    }
}
