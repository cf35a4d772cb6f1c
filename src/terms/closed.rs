//! Closed sets of the contract: each value with the spelling it has in files.

/// An enum whose values have one spelling each.
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$value_doc])* $value),+ }

        impl $name {
            /// Every value, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Reads the one spelling a value has; case counts.
            #[must_use]
            pub fn parse(text: &[u8]) -> Option<Self> {
                $(if text == $text.as_bytes() { return Some(Self::$value); })+
                None
            }

            /// The spelling in files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

closed_set! {
    /// Kind of source file.
    Bron {
        /// The RMC's own list: the population to bring into view.
        Doelgroep = "doelgroep",
        /// Enrolments and diplomas.
        Onderwijs = "onderwijs",
        /// Wages, sick pay, profit.
        Inkomen = "inkomen",
        /// Benefits.
        Uitkering = "uitkering",
        /// Residents: alive, moved, emigrated.
        Brp = "brp",
        /// Parties that are in contact.
        Betrokkenheid = "betrokkenheid",
    }
}
closed_set! {
    /// What a levering's pseudonyms were made of.
    Identificatie {
        /// Burgerservicenummer.
        Bsn = "bsn",
        /// Onderwijsnummer.
        Own = "own",
    }
}
closed_set! {
    /// What a levering covers.
    Dekking {
        /// Everything the source knows of every resident of the region in the age range.
        Volledig = "volledig",
        /// Less: silence says nothing.
        Gedeeltelijk = "gedeeltelijk",
    }
}
closed_set! {
    /// Sex as registered.
    Geslacht {
        /// Man.
        M = "m",
        /// Vrouw.
        V = "v",
        /// Not registered as either.
        X = "x",
    }
}
closed_set! {
    /// Level of education.
    Niveau {
        /// Vmbo basisberoepsgerichte leerweg.
        VmboBb = "vmbo-bb",
        /// Vmbo kaderberoepsgerichte leerweg.
        VmboKb = "vmbo-kb",
        /// Vmbo gemengde leerweg.
        VmboGl = "vmbo-gl",
        /// Vmbo theoretische leerweg.
        VmboTl = "vmbo-tl",
        /// Havo.
        Havo = "havo",
        /// Vwo.
        Vwo = "vwo",
        /// Praktijkonderwijs.
        Pro = "pro",
        /// Voortgezet speciaal onderwijs.
        Vso = "vso",
        /// Mbo level 1.
        Entree = "entree",
        /// Mbo level 2.
        Mbo2 = "mbo-2",
        /// Mbo level 3.
        Mbo3 = "mbo-3",
        /// Mbo level 4.
        Mbo4 = "mbo-4",
        /// Hoger onderwijs.
        Ho = "ho",
    }
}
closed_set! {
    /// Destination after pro or vso.
    Uitstroomprofiel {
        /// Further education.
        Vervolgonderwijs = "vervolgonderwijs",
        /// Work.
        Arbeid = "arbeid",
        /// Day care: nobody should chase who has this destination.
        Dagbesteding = "dagbesteding",
    }
}
closed_set! {
    /// How far the RMC's contact has come; each step includes those before it.
    Contact {
        /// No contact.
        GeenContact = "geen_contact",
        /// In view.
        InBeeld = "in_beeld",
        /// Reached.
        Bereikt = "bereikt",
        /// Being guided.
        Begeleiding = "begeleiding",
    }
}
closed_set! {
    /// Kind of enrolment.
    OnderwijsSoort {
        /// Voortgezet onderwijs.
        Vo = "vo",
        /// Adult secondary education.
        Vavo = "vavo",
        /// Mbo, school-based.
        MboBol = "mbo-bol",
        /// Mbo, work-based.
        MboBbl = "mbo-bbl",
        /// Praktijkonderwijs.
        Pro = "pro",
        /// Voortgezet speciaal onderwijs.
        Vso = "vso",
        /// Hoger onderwijs.
        Ho = "ho",
    }
}
closed_set! {
    /// Kind of income.
    InkomenSoort {
        /// Wage.
        Loon = "loon",
        /// Sick pay.
        Ziektewet = "ziektewet",
        /// Profit of the self-employed.
        Zelfstandig = "zelfstandig",
        /// Pension: not work.
        Pensioen = "pensioen",
    }
}
closed_set! {
    /// Kind of benefit.
    UitkeringSoort {
        /// Participatiewet.
        Participatiewet = "participatiewet",
        /// Werkloosheidswet.
        Ww = "ww",
        /// Wajong.
        Wajong = "wajong",
        /// Wet werk en inkomen naar arbeidsvermogen.
        Wia = "wia",
        /// Ioaw.
        Ioaw = "ioaw",
        /// Ioaz.
        Ioaz = "ioaz",
        /// Besluit bijstandverlening zelfstandigen.
        Bbz = "bbz",
        /// Any other.
        Overig = "overig",
    }
}
closed_set! {
    /// Status in the population register.
    BrpStatus {
        /// Resident.
        Ingezetene = "ingezetene",
        /// Deceased.
        Overleden = "overleden",
        /// Emigrated.
        Geemigreerd = "geemigreerd",
    }
}
closed_set! {
    /// Outcome for one jongere (DOMEIN, Classification).
    Klasse {
        /// Enrolled at the peildatum.
        School = "school",
        /// Income above the threshold.
        Werk = "werk",
        /// On benefit.
        Uitkering = "uitkering",
        /// Covered everywhere and found nowhere.
        GeenDagbesteding = "geen_dagbesteding",
        /// The files do not say.
        Onbekend = "onbekend",
        /// Obtained a startkwalificatie after all.
        Startkwalificatie = "startkwalificatie",
        /// Not (or no longer) somebody to bring into view.
        BuitenDoelgroep = "buiten_doelgroep",
    }
}
closed_set! {
    /// Why a jongere has its klasse (DOMEIN, Classification).
    Reden {
        /// Outside the doelbinding's age range.
        Leeftijd = "leeftijd",
        /// Day care is its destination.
        Uitstroomprofiel = "uitstroomprofiel",
        /// Deceased.
        Overleden = "overleden",
        /// Emigrated.
        Geemigreerd = "geemigreerd",
        /// The files contradict each other.
        Tegenstrijdig = "tegenstrijdig",
        /// Moved out of the doelbinding's municipalities.
        Verhuisd = "verhuisd",
        /// Diploma on or before the peildatum.
        Diploma = "diploma",
        /// Enrolment at the peildatum.
        Ingeschreven = "ingeschreven",
        /// Income above the threshold.
        Inkomen = "inkomen",
        /// Benefit at the peildatum.
        Uitkering = "uitkering",
        /// Known by an onderwijsnummer only.
        GeenBsn = "geen_bsn",
        /// A source was not delivered, or is not in the doelbinding.
        BronOntbreekt = "bron_ontbreekt",
        /// A source was delivered in part.
        BronGedeeltelijk = "bron_gedeeltelijk",
        /// Not in the population register at the peildatum.
        NietInBrp = "niet_in_brp",
        /// Every source is covered and none knows the jongere.
        NietsGevonden = "niets_gevonden",
    }
}
closed_set! {
    /// How long ago a jongere left school.
    Cohort {
        /// Twelve months or longer.
        Oud = "oud",
        /// Under twelve months, or not yet.
        Nieuw = "nieuw",
    }
}
closed_set! {
    /// A dimension of a table (CONTRACT, "Dimensions and their values").
    Dimensie {
        /// Municipality.
        Gemeente = "gemeente",
        /// Outcome.
        Klasse = "klasse",
        /// Age group.
        Leeftijdsgroep = "leeftijdsgroep",
        /// Sex.
        Geslacht = "geslacht",
        /// Left long ago or recently.
        Cohort = "cohort",
        /// Level of education.
        Niveau = "niveau",
        /// How far the RMC's contact has come.
        Contact = "contact",
        /// Which of school, werk and uitkering are actief.
        Combinatie = "combinatie",
        /// Priority of the national monthly report.
        Prioriteit = "prioriteit",
        /// Parties in contact.
        Betrokkenheid = "betrokkenheid",
    }
}
closed_set! {
    /// A column that a contactlijst may have beside the verwijzing.
    Lijstveld {
        /// Outcome.
        Klasse = "klasse",
        /// Age group.
        Leeftijdsgroep = "leeftijdsgroep",
        /// Left long ago or recently.
        Cohort = "cohort",
        /// Month of leaving school.
        Uitschrijfmaand = "uitschrijfmaand",
        /// How far the RMC's contact has come.
        Contact = "contact",
        /// Parties in contact.
        Betrokkenheid = "betrokkenheid",
    }
}
closed_set! {
    /// How a table is protected.
    Methode {
        /// Cells are withheld.
        Onderdrukking = "onderdrukking",
        /// Every number becomes a multiple of five.
        Afronding = "afronding",
    }
}
closed_set! {
    /// Who asks why a jongere has its klasse (CONTRACT, `[inzage]`).
    Rol {
        /// A municipality, of somebody on its own list.
        Gemeente = "gemeente",
        /// The coordinator of the region.
        Coordinator = "coordinator",
        /// The jongere itself (AVG art. 15), answered by the coordinator.
        Jongere = "jongere",
    }
}
closed_set! {
    /// What somebody may do in the service. An account has one.
    AccountRol {
        /// Delivers a source's files, under its OIN.
        Bronhouder = "bronhouder",
        /// Starts and follows koppelingen.
        Coordinator = "coordinator",
        /// Approves what leaves.
        Vrijgever = "vrijgever",
        /// The FG: doelbindingen, register, audit log.
        PrivacyOfficer = "privacy-officer",
        /// A municipality, bound to its code.
        Gemeente = "gemeente",
        /// Accounts and the machine; sees no result.
        Beheerder = "beheerder",
    }
}

impl Rol {
    /// The role whose right a question uses: a jongere is answered by the coordinator.
    #[must_use]
    pub const fn recht(self) -> Self {
        match self {
            Self::Gemeente => Self::Gemeente,
            Self::Coordinator | Self::Jongere => Self::Coordinator,
        }
    }
}
