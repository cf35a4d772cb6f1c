//! Contact lists as files: a CSV that only its municipality can open (CONTRACT, "Releases").

use super::formats::odd;
use super::{OutFile, ReleaseFault, pad};
use crate::disclosure::ContactList;
use zeroize::Zeroizing;

/// The list, and where it is told which handles are no longer on it a file of those.
pub(super) fn files(list: &ContactList) -> Result<Vec<OutFile>, ReleaseFault> {
    let columns = list.velden.iter().map(|veld| veld.as_str());
    let rows = list.rows.iter().map(|(handle, values)| {
        let words = values.iter().map(String::as_str);
        std::iter::once(handle.to_text()).chain(words.map(str::to_owned)).collect()
    });
    let name = format!("lijsten/{}-{}", list.naam, list.gemeente);
    let mut files = vec![sealed(list, format!("{name}.csv.age"), columns, rows)?];
    if let Some(gone) = &list.gone {
        let rows = gone.iter().map(|(handle, status)| vec![handle.to_text(), status.as_str().to_owned()]);
        files.push(sealed(list, format!("{name}-vervallen.csv.age"), ["status"].into_iter(), rows)?);
    }
    Ok(files)
}

/// Handles and words of closed sets: nothing needs quoting.
fn sealed(
    list: &ContactList,
    name: String,
    columns: impl Iterator<Item = &'static str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<OutFile, ReleaseFault> {
    let mut text = Zeroizing::new(String::new());
    let header: Vec<&str> = std::iter::once("verwijzing").chain(columns).collect();
    text.push_str(&header.join(";"));
    text.push('\n');
    for row in rows {
        text.push_str(&row.join(";"));
        text.push('\n');
    }
    pad(&mut text);
    let bytes = list.recipient.seal(text.as_bytes()).map_err(|_| odd(&name))?;
    Ok(OutFile { name, bytes })
}
