//! A text to a [`Policy`]: every key known, needed and effective, or refused.

use super::fault::TextFaults;
use super::keys;
use super::policy::{
    BronAsk, Convenant, DoelgroepAsk, Geldig, InkomenMaand, Inzage, Lijst, Policy, Tabel, Verantwoordelijke,
};
use super::read::{Reader, Section, bytes, one_of, toml, utf8};
use crate::terms::{Bron, Cohort, Contact, Dimensie, Gemeente, Klasse, Lijstveld, Methode, Oin, Regio};
use std::collections::{BTreeMap, BTreeSet};

/// Name of the schema.
const SCHEMA: &str = "inbeeld/doelbinding/v1";
/// Seconds for disclosure control where the text does not say.
const REKENTIJD_S: u32 = 120;
/// Legal bases of which a koppeling needs one (AVG art. 6(1)).
const GRONDSLAGEN: [&str; 2] = ["AVG 6(1)(c)", "AVG 6(1)(e)"];

/// Consent (AVG art. 6(1)(a) and 9(2)(a)): refused for a koppeling.
const CONSENT: [&str; 2] = ["AVG 6(1)(a)", "AVG 9(2)(a)"];

/// Whether a text is an article of the AVG in the one spelling: article, paragraph and, of articles
/// 6 and 9, part. In any other spelling a consent could pass unseen. "UAVG 46 …" is another law.
fn is_avg_article(text: &str) -> bool {
    let text = text.strip_prefix("UAVG ").map_or(text, |_| "AVG 5");
    let Some(named) = text.strip_prefix("AVG ") else { return false };
    let mut parts = named.split('(');
    let article = parts.next().unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let letter = |text: &str| matches!(text.as_bytes(), [b'a'..=b'z']);
    let parts: Vec<&str> = parts.collect();
    let closed = |text: &&str| text.strip_suffix(')').is_some_and(|part| digits(part) || letter(part));
    digits(article) && parts.iter().all(closed) && (parts.len() == 2 || !["6", "9"].contains(&article))
}

/// The columns that a source's rules need (DOMEIN), and all that may be asked beside them.
pub(super) fn columns(bron: Bron) -> (&'static [&'static str], &'static [&'static str]) {
    match bron {
        Bron::Onderwijs => {
            (&["inschrijving_van", "inschrijving_tot", "startkwalificatie"], &["brin", "soort", "niveau"])
        }
        Bron::Inkomen => (&["maand", "bedrag_cent", "soort"], &[]),
        Bron::Uitkering => (&["van", "tot"], &["soort"]),
        Bron::Brp => (&["status", "sinds", "gemeente"], &[]),
        Bron::Betrokkenheid => (&["sinds"], &[]),
        Bron::Doelgroep => (&[], &[]),
    }
}

impl Policy {
    /// Reads and checks a text.
    ///
    /// # Errors
    /// Every fault at once, with line, key and remedy.
    pub fn parse(text: &[u8]) -> Result<Self, TextFaults> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let text = utf8(text)?;
        let table = toml(text)?;
        let reader = Reader::new(text);
        let policy = policy(&reader.root(table.get_ref()));
        let faults = reader.finish();
        match policy {
            Some(policy) if faults.is_empty() => Ok(policy),
            _ => Err(TextFaults(faults)),
        }
    }
}

fn policy(root: &Section<'_, '_>) -> Option<Policy> {
    root.known(keys::ROOT);
    let text = |name: &str| root.must(name).and_then(|entry| entry.text()).map(str::to_owned);
    let schema = root.must("schema").and_then(|entry| entry.parsed(SCHEMA, |text| (text == SCHEMA).then_some(())));
    let id = root.must("id").and_then(|entry| {
        entry.parsed("kleine letters, cijfers en streepjes, hooguit 64", |text| is_name(text).then(|| text.to_owned()))
    });
    let versie = root.must("versie").and_then(|entry| entry.number(1, 1_000_000));
    let (titel, doel, noodzaak, bsn) = (text("titel"), text("doel"), text("noodzaak"), text("bsn_grondslag"));
    let grondslag = grondslag(root);
    let verantwoordelijke = root.must("verantwoordelijke").and_then(|entry| entry.section()).and_then(|section| {
        section.known(keys::VERANTWOORDELIJKE);
        let naam = section.must("naam").and_then(|entry| entry.text()).map(str::to_owned);
        let oin =
            section.must("oin").and_then(|entry| entry.parsed("een OIN van 20 cijfers", |text| Oin::parse(text).ok()));
        Some(Verantwoordelijke { naam: naam?, oin: oin? })
    });
    let geldig = geldig(root);
    let bewaartermijn = root.must("bewaartermijn_dagen").and_then(|entry| entry.number(1, 3660));
    let handtekeningen = root.may("handtekeningen").map_or(Some(1), |entry| entry.number(1, 2));
    let rekentijd = root.may("rekentijd_s").map_or(Some(i64::from(REKENTIJD_S)), |entry| entry.number(1, 86_400));
    let convenant = optional(root, "convenant", convenant);
    let inzage = optional(root, "inzage", inzage);
    let sources = root.must("bronnen").and_then(|entry| entry.section());
    // A source that is named counts as named, also where its own text is at fault: one fault is told once.
    let listed: BTreeSet<Bron> =
        sources.iter().flat_map(Section::names).filter_map(|name| Bron::parse(name.as_bytes())).collect();
    let bronnen = sources.and_then(|section| bronnen(&section));
    let doelgroep = root.must("doelgroep").and_then(|entry| entry.section());
    let gemeenten = doelgroep.as_ref().and_then(gemeenten);
    let doelgroep =
        doelgroep.and_then(|section| doelgroep_ask(&section, gemeenten.clone(), listed.contains(&Bron::Inkomen)));
    let mut names = BTreeSet::new();
    let involved = listed.contains(&Bron::Betrokkenheid);
    let tabellen: Option<Vec<_>> = root
        .may("tabel")
        .map(|entry| entry.sections())
        .unwrap_or_default()
        .iter()
        .map(|section| tabel(section, &mut names, involved))
        .collect();
    let lijsten: Option<Vec<_>> = root
        .may("lijst")
        .map(|entry| entry.sections())
        .unwrap_or_default()
        .iter()
        .map(|section| lijst(section, &mut names, involved, gemeenten.as_deref()))
        .collect();
    schema?;
    let small = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
    Some(Policy {
        id: id?,
        versie: small(versie)?,
        titel: titel?,
        doel: doel?,
        grondslag: grondslag?,
        noodzaak: noodzaak?,
        bsn_grondslag: bsn?,
        verantwoordelijke: verantwoordelijke?,
        geldig: geldig?,
        bewaartermijn_dagen: small(bewaartermijn)?,
        handtekeningen: u8::try_from(handtekeningen?).ok()?,
        rekentijd_s: small(rekentijd)?,
        convenant: convenant?,
        inzage: inzage?,
        bronnen: bronnen?,
        doelgroep: doelgroep?,
        tabellen: tabellen?,
        lijsten: lijsten?,
    })
}

/// Whether a text can be the name of a purpose, table or list, and so part of a file name.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    (1..=64).contains(&text.len())
        && text.bytes().all(plain)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// A table that may be absent: absent is fine, present must be good.
fn optional<'r, 't, T>(
    root: &Section<'r, 't>,
    name: &str,
    read: impl Fn(&Section<'r, 't>) -> Option<T>,
) -> Option<Option<T>> {
    match root.may(name) {
        None => Some(None),
        Some(entry) => entry.section().and_then(|section| read(&section)).map(Some),
    }
}

fn grondslag(root: &Section<'_, '_>) -> Option<Vec<String>> {
    let entry = root.must("grondslag")?;
    let list = entry.list(1, "een artikel als tekst", |text| (!text.trim().is_empty()).then(|| text.to_owned()))?;
    let plain = |text: &str| text.to_lowercase().contains("toestemming");
    if list.iter().any(|text| plain(text) || CONSENT.contains(&text.as_str())) {
        entry.fault(
            "toestemming kan geen grondslag van een koppeling zijn",
            "Een jongere kan haar niet vrij geven of weigeren: noem de wettelijke taak.",
        );
        return None;
    }
    if list.iter().any(|text| text.to_uppercase().contains("AVG") && !is_avg_article(text)) {
        entry.fault(
            "een artikel van de AVG is anders geschreven dan het hoort",
            "Schrijf het als AVG 6(1)(e): artikel, lid en onderdeel; zo leest iedereen hetzelfde.",
        );
        return None;
    }
    if !list.iter().any(|text| GRONDSLAGEN.contains(&text.as_str())) {
        entry.fault("een grondslag uit de AVG ontbreekt", "Noem ten minste AVG 6(1)(c) of AVG 6(1)(e), zo geschreven.");
        return None;
    }
    Some(list)
}

fn geldig(root: &Section<'_, '_>) -> Option<Geldig> {
    let entry = root.must("geldig")?;
    let section = entry.section()?;
    section.known(keys::GELDIG);
    let van = section.must("van").and_then(|entry| entry.datum());
    let tot = section.must("tot_en_met").and_then(|entry| entry.datum());
    let geldig = Geldig { van: van?, tot_en_met: tot? };
    if geldig.van > geldig.tot_en_met {
        entry.fault("de tekst eindigt voor zij begint", "Zet `van` op of voor `tot_en_met`.");
        return None;
    }
    Some(geldig)
}

fn convenant(section: &Section<'_, '_>) -> Option<Convenant> {
    section.known(keys::CONVENANT);
    let titel = section.must("titel").and_then(|entry| entry.text()).map(str::to_owned);
    let datum = section.must("datum").and_then(|entry| entry.datum());
    let partijen = section
        .must("partijen")
        .and_then(|entry| entry.list(1, "een OIN van 20 cijfers", |text| Oin::parse(text).ok()));
    Some(Convenant { titel: titel?, datum: datum?, partijen: partijen?.into_iter().collect() })
}

fn inzage(section: &Section<'_, '_>) -> Option<Inzage> {
    section.known(keys::INZAGE);
    let role = |text: &str| ["gemeente", "coordinator"].contains(&text).then(|| text.to_owned());
    let rollen = section.must("rollen").and_then(|entry| entry.list(1, "gemeente of coordinator", role));
    let per_dag = section.must("per_dag").and_then(|entry| entry.number(1, 10_000));
    Some(Inzage { rollen: rollen?.into_iter().collect(), per_dag: u32::try_from(per_dag?).ok()? })
}

fn bronnen(section: &Section<'_, '_>) -> Option<BTreeMap<Bron, BronAsk>> {
    section.known(keys::BRONNEN);
    if section.names().next().is_none() {
        section.fault("", "er is geen bron genoemd", "Noem ten minste één bron met haar velden en waarom.");
        return None;
    }
    let mut found = BTreeMap::new();
    let mut good = true;
    for bron in keys::BRONNEN.iter().filter_map(|name| Bron::parse(name.as_bytes())) {
        let Some(entry) = section.may(bron.as_str()) else { continue };
        match entry.section().and_then(|section| bron_ask(&section, bron)) {
            Some(ask) => {
                found.insert(bron, ask);
            }
            None => good = false,
        }
    }
    good.then_some(found)
}

fn bron_ask(section: &Section<'_, '_>, bron: Bron) -> Option<BronAsk> {
    section.known(keys::BRON);
    let (needed, extra) = columns(bron);
    let known = |text: &str| needed.iter().chain(extra).find(|name| **name == text).map(|name| (*name).to_owned());
    let velden = section.must("velden").and_then(|entry| {
        let list = entry.list(1, &one_of(needed.iter().chain(extra).copied()), known)?;
        let missing: Vec<_> = needed.iter().filter(|name| !list.iter().any(|field| field == *name)).copied().collect();
        if !missing.is_empty() {
            let remedy =
                format!("Voeg toe: {}. Zonder deze kolom kan een regel niet worden toegepast.", missing.join(", "));
            entry.fault("een kolom die een regel nodig heeft ontbreekt", &remedy);
            return None;
        }
        Some(list)
    });
    let waarom = section.must("waarom").and_then(|entry| entry.text()).map(str::to_owned);
    let leveranciers = match section.may("leveranciers") {
        None => Some(None),
        Some(entry) => entry
            .list(1, "een OIN van 20 cijfers", |text| Oin::parse(text).ok())
            .map(|list| Some(list.into_iter().collect())),
    };
    Some(BronAsk { velden: velden?.into_iter().collect(), waarom: waarom?, leveranciers: leveranciers? })
}

fn gemeenten(section: &Section<'_, '_>) -> Option<Vec<Gemeente>> {
    let entry = section.must("gemeenten")?;
    entry.list(1, "een gemeentecode van vier cijfers", bytes(|text| Gemeente::parse(text).ok()))
}

fn doelgroep_ask(section: &Section<'_, '_>, gemeenten: Option<Vec<Gemeente>>, inkomen: bool) -> Option<DoelgroepAsk> {
    section.known(keys::DOELGROEP);
    let regio = section
        .must("regio")
        .and_then(|entry| entry.parsed("een regiocode van twee cijfers", bytes(|text| Regio::parse(text).ok())));
    let leeftijd = section.must("leeftijd").and_then(|entry| {
        let ages = entry.section()?;
        ages.known(keys::LEEFTIJD);
        let van = ages.must("van").and_then(|entry| entry.number(0, 120));
        let tot = ages.must("tot").and_then(|entry| entry.number(1, 121));
        let (van, tot) = (i16::try_from(van?).ok()?, i16::try_from(tot?).ok()?);
        if van >= tot {
            entry.fault("niemand heeft deze leeftijd", "Zet `van` onder `tot`; `tot` telt zelf niet mee.");
            return None;
        }
        Some((van, tot))
    });
    let cohort = section.must("cohort").and_then(|entry| {
        entry.parsed("oud, nieuw of alle", |text| match text {
            "alle" => Some(None),
            _ => Cohort::parse(text.as_bytes()).map(Some),
        })
    });
    let threshold = section.must("inkomen_boven_cent").and_then(|entry| entry.number(0, 100_000_000));
    let maand = section.may("inkomen_maand");
    if let (Some(entry), false) = (&maand, inkomen) {
        entry.fault(
            "zonder de bron inkomen heeft deze sleutel geen werking",
            "Verwijder de sleutel, of noem de bron inkomen.",
        );
    }
    let maand = maand.map_or(Some(InkomenMaand::Peilmaand), |entry| {
        entry.parsed("peilmaand of vorige", |text| match text {
            "peilmaand" => Some(InkomenMaand::Peilmaand),
            "vorige" => Some(InkomenMaand::Vorige),
            _ => None,
        })
    });
    let (leeftijd_van, leeftijd_tot) = leeftijd?;
    Some(DoelgroepAsk {
        regio: regio?,
        gemeenten: gemeenten?,
        leeftijd_van,
        leeftijd_tot,
        cohort: cohort?,
        inkomen_boven_cent: threshold?,
        inkomen_maand: maand?,
    })
}

/// The name of a table or list, which no other may have: it becomes a file name.
fn naam(section: &Section<'_, '_>, names: &mut BTreeSet<String>) -> Option<String> {
    let entry = section.must("naam")?;
    let naam = entry.parsed("kleine letters, cijfers, streepjes en lage streepjes", |text| {
        is_name(text).then(|| text.to_owned())
    })?;
    if !names.insert(naam.clone()) {
        entry.fault("deze naam staat er twee keer", "Geef elke tabel en lijst een eigen naam.");
        return None;
    }
    Some(naam)
}

fn tabel(section: &Section<'_, '_>, names: &mut BTreeSet<String>, involved: bool) -> Option<Tabel> {
    section.known(keys::TABEL);
    let naam = naam(section, names);
    let dimensies = section.must("dimensies").and_then(|entry| {
        let all = one_of(Dimensie::ALL.iter().map(|dimensie| dimensie.as_str()));
        let list = entry.list(1, &all, bytes(Dimensie::parse))?;
        if list.contains(&Dimensie::Betrokkenheid) && !involved {
            entry.fault(
                "de dimensie betrokkenheid heeft de bron betrokkenheid nodig",
                "Noem die bron, of laat de dimensie weg.",
            );
            return None;
        }
        Some(list)
    });
    let methode =
        section.must("methode").and_then(|entry| entry.parsed("onderdrukking of afronding", bytes(Methode::parse)));
    let drempel = match (methode, section.may("drempel")) {
        (Some(Methode::Afronding), Some(entry)) => {
            entry.fault("een drempel heeft geen werking bij afronding", "Verwijder de sleutel.");
            None
        }
        (Some(Methode::Onderdrukking), None) => section.must("drempel").map(|_| None),
        (_, Some(entry)) => entry.number(3, 100).map(|number| u32::try_from(number).ok()),
        (_, None) => Some(None),
    };
    Some(Tabel { naam: naam?, dimensies: dimensies?, methode: methode?, drempel: drempel? })
}

fn lijst(
    section: &Section<'_, '_>,
    names: &mut BTreeSet<String>,
    involved: bool,
    gemeenten: Option<&[Gemeente]>,
) -> Option<Lijst> {
    section.known(keys::LIJST);
    let naam = naam(section, names);
    let klassen = section.must("klassen").and_then(|entry| {
        entry.list(1, &one_of(Klasse::ALL.iter().map(|klasse| klasse.as_str())), bytes(Klasse::parse))
    });
    let velden = section.must("velden").and_then(|entry| {
        let list = entry.list(0, &one_of(Lijstveld::ALL.iter().map(|veld| veld.as_str())), bytes(Lijstveld::parse))?;
        if list.contains(&Lijstveld::Betrokkenheid) && !involved {
            entry.fault(
                "het veld betrokkenheid heeft de bron betrokkenheid nodig",
                "Noem die bron, of laat het veld weg.",
            );
            return None;
        }
        Some(list)
    });
    let ontvangers = section.must("ontvangers").and_then(|entry| {
        let list = entry.list(1, "een gemeentecode van vier cijfers", bytes(|text| Gemeente::parse(text).ok()))?;
        if gemeenten.is_some_and(|known| list.iter().any(|gemeente| !known.contains(gemeente))) {
            entry.fault(
                "een ontvanger hoort niet bij de gemeenten van de doelgroep",
                "Noem alleen gemeenten uit `doelgroep.gemeenten`.",
            );
            return None;
        }
        Some(list)
    });
    let max_aandeel = section.must("max_aandeel").and_then(|entry| entry.share());
    let uitgezonderd = section.may("contact_uitgezonderd").map_or(Some(Vec::new()), |entry| {
        entry.list(1, &one_of(Contact::ALL.iter().map(|contact| contact.as_str())), bytes(Contact::parse))
    });
    let zonder = section.may("betrokkenheid").map_or(Some(false), |entry| {
        entry.parsed("geen", |text| (text == "geen").then_some(()))?;
        if !involved {
            entry.fault("hiervoor is de bron betrokkenheid nodig", "Noem die bron, of verwijder de sleutel.");
            return None;
        }
        Some(true)
    });
    Some(Lijst {
        naam: naam?,
        klassen: klassen?.into_iter().collect(),
        velden: velden?,
        ontvangers: ontvangers?,
        max_aandeel: max_aandeel?,
        contact_uitgezonderd: uitgezonderd?.into_iter().collect(),
        zonder_betrokkenheid: zonder?,
    })
}
