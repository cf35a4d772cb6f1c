//! Why tables of a text do not leave.

/// Tables of one text that do not leave, and why; or, without a name, the reasons of the verantwoording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRefusal {
    /// Their names.
    pub namen: Vec<String>,
    /// Why not.
    pub reden: RefusalReason,
}

/// Why tables do not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// Beside suppressed tables of the same persons a rounded one would give them away, and the other
    /// way round.
    AndereMethode {
        /// The register's entry, where an earlier release used the other method.
        eerder: Option<u64>,
    },
    /// The set cannot be protected within its time.
    Rekentijd {
        /// The dimension whose absence would help most.
        dimensie: Option<String>,
    },
    /// The set is too large to be laid on one frame.
    TeGroot {
        /// The dimension whose absence would help most.
        dimensie: Option<String>,
    },
    /// An earlier rounded release of the month counts other persons, or counts them another way.
    AndersAfgerond {
        /// The register's entry.
        eerder: u64,
    },
    /// Even with everything withheld something small can be computed.
    NietTeBeschermen {
        /// Entries of the register beside which it cannot.
        eerder: Vec<u64>,
    },
    /// The check found cells that can be computed.
    Onthuld {
        /// How many.
        cellen: usize,
        /// Entries of the register without which they could not.
        eerder: Vec<u64>,
    },
    /// The tables share more than can be kept equal in multiples of five.
    NietAfTeRonden,
    /// An earlier release of the month has another peildatum.
    AnderePeildatum {
        /// The register's entry.
        eerder: u64,
    },
    /// An earlier release of the month was made from other input, sources or choices, so that the two
    /// cannot be compared person by person.
    NietVergelijkbaar {
        /// The register's entry.
        eerder: u64,
    },
    /// The tables differ too little from those that they would replace.
    KleineCorrectie {
        /// The register's entry.
        eerder: u64,
        /// How many published cells change by less than the threshold, or open what was withheld.
        cellen: usize,
    },
}

impl std::fmt::Display for TableRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.namen.iter().map(|naam| format!("`{naam}`")).collect();
        match names.as_slice() {
            [] => write!(f, "de redenen per klasse staan niet in de verantwoording: {}", self.reden),
            [name] => write!(f, "tabel {name}: {}", self.reden),
            _ => write!(f, "tabellen {}: {}", names.join(", "), self.reden),
        }
    }
}

/// Entry numbers in a sentence.
pub(super) fn entries(numbers: &[u64]) -> String {
    let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match words.as_slice() {
        [one] => format!("vrijgave {one} in het register"),
        _ => format!("vrijgaven {} in het register", words.join(", ")),
    }
}

impl std::fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AndereMethode { eerder: None } => {
                f.write_str("onderdrukking en afronding van dezelfde jongeren mogen niet samen naar buiten")
            }
            Self::AndereMethode { eerder: Some(nr) } => write!(
                f,
                "vrijgave {nr} in het register telt dezelfde jongeren met de andere methode; naast elkaar verraden zij kleine getallen"
            ),
            Self::Rekentijd { .. } => f.write_str("beschermen lukt niet binnen de rekentijd"),
            Self::TeGroot { .. } => f.write_str("samen te groot om te beschermen"),
            Self::AndersAfgerond { eerder } => write!(
                f,
                "vrijgave {eerder} in het register is in deze maand afgerond met andere leeftijden, gemeenten of grenzen"
            ),
            Self::NietTeBeschermen { eerder } if eerder.is_empty() => {
                f.write_str("ook met alle cellen weggelaten zou een klein getal te berekenen zijn")
            }
            Self::NietTeBeschermen { eerder } => {
                write!(f, "naast {} zou een klein getal te berekenen zijn", entries(eerder))
            }
            Self::Onthuld { cellen, eerder } if eerder.is_empty() => {
                write!(f, "de controle vond {cellen} kleine getallen die te berekenen zijn")
            }
            Self::Onthuld { cellen, eerder } => {
                write!(f, "naast {} vond de controle {cellen} kleine getallen die te berekenen zijn", entries(eerder))
            }
            Self::NietAfTeRonden => f.write_str("afronden lukt niet zo dat alle delen optellen"),
            Self::AnderePeildatum { eerder } => {
                write!(f, "vrijgave {eerder} in het register heeft in deze maand een andere peildatum")
            }
            Self::NietVergelijkbaar { eerder } => write!(
                f,
                "vrijgave {eerder} in het register is van dezelfde maand, maar van andere leveringen of bronnen: het verschil is niet te controleren"
            ),
            Self::KleineCorrectie { eerder, cellen } => write!(
                f,
                "deze correctie van vrijgave {eerder} in het register verandert {cellen} getallen met minder dan de drempel"
            ),
        }
    }
}

impl TableRefusal {
    /// What to do, in Dutch.
    #[must_use]
    pub fn remedy(&self) -> String {
        if self.asked_nothing() {
            return "De tekst vroeg er niet om: u hoeft niets te doen.".to_owned();
        }
        self.reden.remedy()
    }

    /// Whether the text asked for nothing of what does not leave: a text without tables has reasons in its
    /// verantwoording all the same. That is worth a remark, and no refusal.
    #[must_use]
    pub fn asked_nothing(&self) -> bool {
        self.namen.is_empty()
    }
}

impl RefusalReason {
    /// What to do, in Dutch.
    pub(super) fn remedy(&self) -> String {
        match self {
            Self::AndereMethode { eerder: None } => {
                "Vraag in één tekst alle tabellen met dezelfde methode.".to_owned()
            }
            Self::AndereMethode { eerder: Some(_) } => {
                "Kies voor deze maand en regio één methode, en vraag deze tabel in een andere maand met de andere.".to_owned()
            }
            Self::Rekentijd { dimensie: Some(dimensie) } => format!(
                "Vraag de tabel zonder de dimensie {dimensie}, of ken meer tijd toe met `rekentijd_s`. Minder en kleinere tabellen houden ook minder achter."
            ),
            Self::Rekentijd { dimensie: None } => {
                "Vraag minder tabellen, of ken meer tijd toe met `rekentijd_s`.".to_owned()
            }
            Self::TeGroot { dimensie: Some(dimensie) } => {
                format!("Vraag de tabel zonder de dimensie {dimensie}, of vraag minder tabellen in één tekst.")
            }
            Self::TeGroot { dimensie: None } => "Vraag minder tabellen in één tekst.".to_owned(),
            Self::NietTeBeschermen { eerder } if eerder.is_empty() => {
                "Vraag tabellen met minder dimensies of grotere groepen. Staat er een lijst in de tekst, dan kent haar ontvanger zijn eigen aantallen al: vraag dan een lijst met minder klassen.".to_owned()
            }
            Self::Onthuld { eerder, .. } if eerder.is_empty() => {
                "Vraag tabellen met minder dimensies of grotere groepen. Meld dit, want de bescherming had dit moeten voorkomen.".to_owned()
            }
            Self::AndersAfgerond { .. }
            | Self::NietTeBeschermen { .. }
            | Self::Onthuld { .. } => {
                "Kies dezelfde gemeenten, leeftijden en grenzen als de eerdere vrijgave, of vraag deze tabel in een andere maand.".to_owned()
            }
            Self::NietAfTeRonden => "Vraag minder tabellen die dimensies delen.".to_owned(),
            Self::AnderePeildatum { .. } => {
                "Gebruik de peildatum van die vrijgave, of een peildatum in een andere maand.".to_owned()
            }
            Self::NietVergelijkbaar { .. } => {
                "Gebruik dezelfde leveringen als toen, of koppel eerst die doelbinding opnieuw met de leveringen van nu.".to_owned()
            }
            Self::KleineCorrectie { .. } => {
                "Laat de eerdere vrijgave staan: wie beide ziet, kan uit het verschil kleine getallen aflezen.".to_owned()
            }
        }
    }
}
